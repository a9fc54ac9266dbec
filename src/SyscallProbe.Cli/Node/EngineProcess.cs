using System.Globalization;

namespace SyscallProbe.Cli.Node;

/// <summary>A process of an engine: it tells which configuration is read and where shims are looked for, whatever this shell has.</summary>
/// <param name="Binary">Absolute; null where it cannot be told.</param>
/// <param name="Arguments">Without the program's own name.</param>
/// <param name="SearchPath">Its PATH; null where it cannot be read.</param>
sealed record EngineProcess(int Pid, string? Binary, IReadOnlyList<string> Arguments, string? SearchPath)
{
    /// <summary>All of a name that see the same files as we.</summary>
    public static IEnumerable<EngineProcess> Of(string name, Machine machine)
    {
        if (!machine.HasProcesses) yield break;
        var own = LinkOf("/proc/self/ns/mnt");
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) || machine.TextOf($"{folder}/comm")?.TrimEnd('\n') != name) continue;
            // Those of a cluster inside a container have files of their own. Where it cannot be read, nothing says so.
            if (own is not null && LinkOf($"{folder}/ns/mnt") is { } other && other != own) continue;
            var words = (machine.TextOf($"{folder}/cmdline") ?? "").Split('\0', StringSplitOptions.RemoveEmptyEntries);
            const string key = "PATH=";
            var path = (machine.TextOf($"{folder}/environ") ?? "").Split('\0').FirstOrDefault(variable => variable.StartsWith(key, StringComparison.Ordinal))?[key.Length..];
            yield return new EngineProcess(pid, LinkOf($"{folder}/exe"), [.. words.Skip(1)], path);
        }
    }

    /// <summary>The value of an option, given as <c>--config FILE</c> or <c>--config=FILE</c>; null where it is not given.</summary>
    public string? Option(params ReadOnlySpan<string> names)
    {
        for (var i = 0; i < Arguments.Count; i++)
        {
            foreach (var name in names)
            {
                if (Arguments[i] == name && i + 1 < Arguments.Count) return Arguments[i + 1];
                if (Arguments[i].StartsWith(name + "=", StringComparison.Ordinal)) return Arguments[i][(name.Length + 1)..];
            }
        }
        return null;
    }

    static string? LinkOf(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
