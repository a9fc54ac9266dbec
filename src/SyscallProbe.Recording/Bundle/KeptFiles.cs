using SyscallProbe.Recording.Engines;

namespace SyscallProbe.Recording.Bundle;

/// <summary>What of the host shows through in a container's fresh folders, because the workload cannot do without.</summary>
/// <param name="Mounts">For config.json, behind the fresh folders.</param>
/// <param name="Notes">What of the command line is not there, a sentence each.</param>
sealed record KeptFiles(IReadOnlyList<OciMount> Mounts, IReadOnlyList<string> Notes)
{
    /// <summary>Keeps the working directory (under a scratch layer), the command's own file and the resolver's configuration (both read-only).</summary>
    /// <param name="fresh">The folders that are empty in the container.</param>
    public static KeptFiles Find(WorkloadPlan plan, string workingDirectory, IReadOnlyList<string> fresh, ScratchRoot scratch)
    {
        var mounts = new List<OciMount>();
        if (Hidden(workingDirectory) && Directory.Exists(workingDirectory))
        {
            mounts.Add(new OciMount(workingDirectory, "bind", scratch.Keep(workingDirectory), ["rbind", "rprivate", "rw"]));
        }
        var command = Path.GetFullPath(plan.Argv[0], workingDirectory);
        if (plan.Argv[0].Contains('/') && Hidden(command) && File.Exists(command)) mounts.Add(ReadOnly(command));
        if (Mounting.Canonical("/etc/resolv.conf") is { } resolver && Hidden(resolver)) mounts.Add(ReadOnly(resolver));

        var missing = plan.Argv.Skip(1).Where(word => word.StartsWith('/') && Path.Exists(word) && Hidden(Path.GetFullPath(word)) && !IsGiven(word)).ToList();
        return new KeptFiles(mounts, [.. missing.Select(word => $"'{Failures.Cut(word)}' is not in the container, which has its own /tmp and /run: --mount {Failures.Cut(word)}:{Failures.Cut(word)} gives it")]);

        // Only what lies below a fresh folder: the folder itself is there.
        bool Hidden(string path) =>
            fresh.Any(folder => Mounting.Below(folder, path) is not (null or "/")) && !mounts.Any(mount => Mounting.Below(mount.Destination, path) is not null);

        bool IsGiven(string path) => plan.Mounts.Any(mount => Mounting.Below(mount.Destination, path) is not null);

        static OciMount ReadOnly(string path) => new(path, "bind", path, ["bind", "rprivate", "ro"]);
    }
}
