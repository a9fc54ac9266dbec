using System.Collections;
using System.Text.Json;
using SyscallProbe.Recording.Engines;
using SyscallProbe.Recording.Host;
using SyscallProbe.Recording.Stacks;

namespace SyscallProbe.Recording.Bundle;

/// <summary>Makes the bundle of a run from a root file system: lays the scratch layer and writes config.json.</summary>
/// <remarks>All of it happens in the calling thread's own mount namespace: see <see cref="ScratchRoot"/>.</remarks>
static class BundleMaker
{
    // Never the host's: interfaces of the kernel, and what programs leave there for each other.
    static readonly string[] s_interfaces = ["/proc", "/sys", "/dev"];
    // /var/tmp belongs to a user that a user namespace does not have: nobody could write to it there.
    static readonly string[] s_freshOnHost = UserNamespace.IsInside ? ["/tmp", "/run", "/var/tmp"] : ["/tmp", "/run"];

    /// <returns>What a person should know about the container, a sentence each.</returns>
    public static IReadOnlyList<string> Make(WorkloadPlan plan, RunFolder run)
    {
        ScratchRoot.EnterNamespace();
        var notes = plan.Source is WorkloadSource.Rootfs rootfs ? FromRootfs(plan, run, rootfs.Directory) : FromHost(plan, run);
        if (plan.ShowsStacks) notes.Add(RuntimeVariables.Note);
        return notes;
    }

    static List<string> FromHost(WorkloadPlan plan, RunFolder run)
    {
        var notes = new List<string> { "the command can read the host's files; its writes vanish" };
        var workingDirectory = plan.WorkingDirectory ?? CurrentDirectory();
        var scratch = ScratchRoot.Lay("/", run.Scratch, run.Root, [.. s_interfaces, .. s_freshOnHost]);
        if (UserNamespace.IsInside) notes.Add("the container is in a user namespace, as an ordinary user started it: it has root alone, who cannot write what belongs to others outside");
        notes.AddRange(scratch.Notes);
        var kept = KeptFiles.Find(plan, workingDirectory, s_freshOnHost, scratch);
        notes.AddRange(kept.Notes);
        var environment = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["PATH"] = DockerDefaults.Path["PATH=".Length..] };
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            var name = (string)variable.Key;
            // Our own settings are not the workload's; the home of another user is found by runc.
            if (!name.StartsWith("SYSCALLPROBE_", StringComparison.Ordinal) && (plan.User is null || name != "HOME")) environment[name] = (string)variable.Value!;
        }
        var hostname = File.ReadAllText("/proc/sys/kernel/hostname").Trim();
        using var root = new RootFolder(run.Root);
        Write(plan, run, root, environment, workingDirectory, hostname, s_freshOnHost, kept);
        return notes;
    }

    static List<string> FromRootfs(WorkloadPlan plan, RunFolder run, string directory)
    {
        const string hostname = "syscallprobe";
        var lower = Mounting.Canonical(directory) ?? throw new FailureException(Failures.NoDirectory("--rootfs", directory));
        var scratch = ScratchRoot.Lay(lower, run.Scratch, run.Root, s_interfaces);
        using var root = new RootFolder(run.Root);
        var mounts = new List<OciMount>();
        if (string.IsNullOrWhiteSpace(root.ReadText("/etc/hosts")))
        {
            // As every engine does: an exported image has an empty one, and "localhost" would not be known.
            var hosts = run.Folder + "/hosts";
            File.WriteAllText(hosts, $"127.0.0.1\tlocalhost {hostname}\n::1\tlocalhost\n");
            mounts.Add(new OciMount("/etc/hosts", "bind", hosts, ["rbind", "rprivate", "ro"]));
        }
        var environment = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = DockerDefaults.Path["PATH=".Length..], ["HOSTNAME"] = hostname,
        };
        string[] fresh = [.. s_freshOnHost.Where(folder => !root.IsDirectory(folder))];
        Write(plan, run, root, environment, plan.WorkingDirectory ?? "/", hostname, fresh, new KeptFiles(mounts, []));
        return [.. scratch.Notes];
    }

    static void Write(
        WorkloadPlan plan, RunFolder run, RootFolder root, SortedDictionary<string, string> environment, string workingDirectory, string hostname, string[] fresh, KeptFiles kept)
    {
        foreach (var (name, value) in plan.Environment) environment[name] = value;
        if (plan.ShowsStacks) RuntimeVariables.AddTo(environment);
        // What a mount brings cannot be seen yet; runc looks again in any case.
        if (plan.Mounts.IsEmpty && !CommandSearch.IsFound(plan.Argv[0], environment["PATH"], workingDirectory, root, [.. s_interfaces, .. fresh], kept.Mounts))
        {
            throw new FailureException(Failures.CommandNotFound(plan.Argv[0]));
        }
        var user = UserLookup.Find(plan.User, root.ReadText("/etc/passwd") ?? "", root.ReadText("/etc/group") ?? "");
        var spec = SpecBuilder.Build(plan, new SpecInput(
            run.Root, run.CgroupsPath, hostname, workingDirectory, user, [.. environment.Select(variable => $"{variable.Key}={variable.Value}")], fresh, kept.Mounts,
            HostFacts.Read(plan.IsPrivileged)));
        File.WriteAllText(run.Bundle + "/config.json", JsonSerializer.Serialize(spec, OciJson.Default.OciSpec));
    }

    static string CurrentDirectory()
    {
        try
        {
            return Environment.CurrentDirectory;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FailureException(Failures.NoCurrentDirectory(e.Message), e);
        }
    }
}
