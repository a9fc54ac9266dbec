using SyscallProbe.Recording.Host;

namespace SyscallProbe.Recording.Running;

/// <summary>Finds which engine has a container.</summary>
public static class ContainerFinder
{
    // Those first that say most of a container: what Docker or a kubelet starts is in containerd too.
    static readonly ContainerEngine[] s_engines = [new DockerEngine("docker"), new DockerEngine("podman"), new CriEngine(), new ContainerdEngine()];

    /// <summary>Finds a container that runs.</summary>
    /// <param name="text">Its name or id, else the beginning of its id.</param>
    /// <exception cref="FailureException">No engine has it, several containers may be meant, or it does not run.</exception>
    /// <remarks>Starts the clients that are on PATH, with the environment of this process: what points them to another daemon or storage holds.</remarks>
    public static FoundContainer Find(string text)
    {
        var listed = new List<ListedContainer>();
        List<string> asked = [], failed = [], absent = [];
        foreach (var engine in s_engines)
        {
            if (ProgramPath.Find(engine.Program, Environment.GetEnvironmentVariable("PATH") ?? "") is null)
            {
                absent.Add(engine.Program);
                continue;
            }
            try
            {
                var found = engine.List(text);
                listed.AddRange(found);
                asked.Add($"{engine.Program} ({found.Count} {(found.Count == 1 ? "container" : "containers")})");
            }
            catch (EngineException e)
            {
                failed.Add(e.Message);
            }
        }
        if (absent.Count == s_engines.Length) throw new FailureException(Failures.NoEngine(text));
        var meant = Matching(listed, text).Select(container => container.Engine.TryInspect(container)).OfType<FoundContainer>().ToList();
        // One that two engines show is one.
        var running = meant.Where(container => container.Pid > 0).DistinctBy(container => container.Pid).ToList();
        if (running.Count == 1) return running[0];
        if (running.Count > 1) throw new FailureException(Failures.AmbiguousContainer(text, running.Select(container => container.ToString())));
        if (meant.Count > 0) throw new FailureException(Failures.NotRunning(text, string.Join("; ", meant)));
        throw new FailureException(Failures.NoContainer(text, Account(asked, failed, absent)));
    }

    static IReadOnlyList<ListedContainer> Matching(List<ListedContainer> listed, string text)
    {
        var exact = listed.Where(container => container.IsExactly(text)).ToList();
        return exact.Count > 0 ? exact : [.. listed.Where(container => container.BeginsWith(text))];
    }

    static string Account(List<string> asked, List<string> failed, List<string> absent)
    {
        List<string> parts = [asked.Count == 0 ? "none could be asked" : $"asked: {string.Join(", ", asked)}"];
        if (failed.Count > 0) parts.Add($"could not be asked: {string.Join("; ", failed)}");
        if (absent.Count > 0) parts.Add($"not installed: {string.Join(", ", absent)}");
        return string.Join("; ", parts);
    }
}
