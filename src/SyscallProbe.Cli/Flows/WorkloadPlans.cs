using SyscallProbe.Cli.Options;
using SyscallProbe.Recording.Bundle;
using SyscallProbe.Recording.Engines;
using SyscallProbe.Recording.Host;

namespace SyscallProbe.Cli.Flows;

/// <summary>Makes the plan of a workload from the options.</summary>
static class WorkloadPlans
{
    /// <exception cref="FailureException">The options contradict each other, or name what is not there (<see cref="FailureCode.Usage"/>).</exception>
    public static WorkloadPlan Of(Settings settings, CliHost host)
    {
        var source = SourceOf(settings, host);
        if (settings.Workload.IsEmpty && source is not WorkloadSource.OciBundle)
        {
            throw new FailureException(new Failure(FailureCode.Usage, "there is no command to run", Fix: $"write it after `--`: syscallprobe {settings.Verb.Name} -- redis-server"));
        }
        return new WorkloadPlan
        {
            Source = source,
            Argv = settings.Workload,
            Environment = [.. settings.All(WorkloadOptions.Env).Select(pair => KeyValuePair.Create(pair.Key, pair.Value ?? host.Environment.GetValueOrDefault(pair.Key, "")))],
            User = settings.TryGet(WorkloadOptions.User, out var user) ? user : null,
            WorkingDirectory = settings.TryGet(WorkloadOptions.Workdir, out var workdir) ? workdir : null,
            Mounts = [.. settings.All(WorkloadOptions.Mount).Select(text => BindMount.Parse(text, host.WorkingDirectory))],
            Network = settings.Get(WorkloadOptions.Net),
            AddedCapabilities = settings.All(WorkloadOptions.CapAdd),
            DroppedCapabilities = settings.All(WorkloadOptions.CapDrop),
            IsPrivileged = settings.Has(WorkloadOptions.Privileged),
            StdinFile = settings.TryGet(WorkloadOptions.Stdin, out var stdin) ? Path.GetFullPath(stdin, host.WorkingDirectory) : null,
            HealthArgv = settings.TryGet(WorkloadOptions.Health, out var health) ? CommandWords.Split(health, settings.OriginOf(WorkloadOptions.Health).ToString()) : [],
            HealthTimeout = settings.Get(WorkloadOptions.HealthTimeout),
            Duration = settings.TryGet(WorkloadOptions.Duration, out var duration) ? duration : null,
            // Standard output is the result's own unless the result goes to a file.
            OutputToError = settings.OutputPath is null,
            // An ordinary user: this program begins anew in a user namespace, if it can.
            WithoutContainer = host.IsRoot ? null : UserNamespace.Enter(),
        };
    }

    static WorkloadSource SourceOf(Settings settings, CliHost host)
    {
        var isRootfs = settings.TryGet(WorkloadOptions.Rootfs, out var rootfs);
        var isBundle = settings.TryGet(WorkloadOptions.Bundle, out var bundle);
        if (isRootfs && isBundle)
        {
            throw new FailureException(new Failure(FailureCode.Usage, "a workload comes from one place", "--rootfs and --bundle", "give one of them"));
        }
        return isRootfs ? new WorkloadSource.Rootfs(Path.GetFullPath(rootfs, host.WorkingDirectory))
            : isBundle ? new WorkloadSource.OciBundle(Path.GetFullPath(bundle, host.WorkingDirectory))
            : new WorkloadSource.HostRoot();
    }
}
