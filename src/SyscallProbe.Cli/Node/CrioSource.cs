using SyscallProbe.Doctor;

namespace SyscallProbe.Cli.Node;

/// <summary>The configuration of CRI-O, its drop-ins in the order in which they override.</summary>
sealed class CrioSource : IFactSource
{
    public string What => "CRI-O";

    public Func<NodeFacts, NodeFacts> Gather(Machine machine)
    {
        var binary = machine.Find("crio", NodePlaces.FoldersOf("crio"));
        var dropIns = NodePlaces.Files("crio", "folder").Where(folder => Directory.Exists(machine.At(folder)))
            .SelectMany(folder => Directory.EnumerateFiles(machine.At(folder)).Select(file => $"{folder}/{Path.GetFileName(file)}").Order(StringComparer.Ordinal));
        var configs = NodePlaces.Files("crio", "config").Concat(dropIns).Select(path => (path, Content: machine.TextOf(path))).Where(one => one.Content is not null).Select(one => (one.path, one.Content!)).ToArray();
        if (binary is null && configs.Length == 0) return facts => facts;
        var version = machine.VersionOf(binary);
        return facts => facts with { Crio = new CrioFacts(version, [.. configs]) };
    }
}

/// <summary>The configuration of Docker.</summary>
sealed class DockerSource : IFactSource
{
    public string What => "Docker";

    public Func<NodeFacts, NodeFacts> Gather(Machine machine)
    {
        var binary = machine.Find("dockerd", NodePlaces.FoldersOf("dockerd"));
        var file = EngineProcess.Of("dockerd", machine).Select(process => process.Option("--config-file")).FirstOrDefault(given => given is not null) ?? NodePlaces.Files("docker", "config")[0];
        if (binary is null && !machine.Has(file)) return facts => facts;
        var version = machine.VersionOf(binary);
        return facts => facts with { Docker = new DockerFacts(version, file, machine.TextOf(file)) };
    }
}
