using System.Collections.Immutable;
using SyscallProbe.Doctor;

namespace SyscallProbe.Cli.Node;

/// <summary>Every containerd that runs, or the one that is installed, with what it makes of its own configuration.</summary>
sealed class ContainerdSource : IFactSource
{
    // DEFAULT_PATH of systemd, which its services have unless the unit says otherwise (systemd.exec(5)).
    const string SystemdPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin", Shim = "containerd-shim-";

    public string What => "containerd";

    public Func<NodeFacts, NodeFacts> Gather(Machine machine)
    {
        var (files, installed) = (NodePlaces.Files("containerd", "config"), machine.Find("containerd", NodePlaces.FoldersOf("containerd")));
        var usual = files.FirstOrDefault(machine.Has);
        var running = EngineProcess.Of("containerd", machine).DistinctBy(process => (process.Binary, process.Option("--config", "-c"))).ToArray();
        ImmutableArray<ContainerdFacts> found = running.Length > 0
            ? [.. running.Select(process => Of(machine, process.Binary ?? installed, process.Option("--config", "-c") ?? (machine.Has(files[^1]) ? files[^1] : usual), process))]
            : installed is null && usual is null ? [] : [Of(machine, installed, usual, null)];
        return facts => facts with { Containerds = found };
    }

    static ContainerdFacts Of(Machine machine, string? binary, string? file, EngineProcess? process)
    {
        var version = binary is null ? null : machine.Ask(binary, ["--version"], out _)?.OutputText;
        string? error = null;
        // It reads its default file where none is named: what it would do without any is asked otherwise.
        var dump = binary is null ? null : machine.Ask(binary, file is null ? ["config", "default"] : ["--config", machine.At(file), "config", "dump"], out error)?.OutputText;
        var path = (process?.SearchPath ?? SystemdPath).Split(':', StringSplitOptions.RemoveEmptyEntries).ToList();
        // It looks beside itself too.
        if (binary is not null) path.Add(Path.GetDirectoryName(binary)!);
        var from = process?.SearchPath is not null ? $"PATH of process {process.Pid}" : "PATH that systemd gives services";
        return new ContainerdFacts(binary, VersionIn(version), process?.Pid, file, file is null ? null : machine.TextOf(file), dump, error, [.. path], from, ShimsIn(machine, path));
    }

    // containerd github.com/containerd/containerd v2.1.4 75cb2b7193e4e490e9fbdc236c0e811ccaba3376
    static string VersionIn(string? text) => text?.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries) is [_, _, var version, ..] ? version : "";

    static ImmutableSortedDictionary<string, string> ShimsIn(Machine machine, IEnumerable<string> folders)
    {
        var shims = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var folder in folders.Where(folder => Directory.Exists(machine.At(folder))))
        {
            foreach (var file in Directory.EnumerateFiles(machine.At(folder), Shim + "*")) shims.TryAdd(Path.GetFileName(file), Path.Combine(folder, Path.GetFileName(file)));
        }
        return shims.ToImmutable();
    }
}
