using SyscallProbe.Cli.Options;
using SyscallProbe.Recording.Bundle;
using SyscallProbe.Recording.Engines;
using SyscallProbe.Recording.Host;

namespace SyscallProbe.Cli.Flows;

/// <summary>A plan, and the files that it needs for as long as it is carried out.</summary>
/// <param name="Image">Null where the workload does not come from one.</param>
sealed record PlannedWorkload(WorkloadPlan Plan, UnpackedImage? Image) : IDisposable
{
    public void Dispose() => Image?.Dispose();
}

/// <summary>Makes the plan of a workload from the options.</summary>
static class WorkloadPlans
{
    /// <exception cref="FailureException">The options contradict each other, or name what is not there (<see cref="FailureCode.Usage"/>).</exception>
    public static PlannedWorkload Of(Settings settings, CliHost host)
    {
        var source = SourceOf(settings, host, out var imagePath);
        if (settings.Workload.IsEmpty && imagePath is null && source is not WorkloadSource.OciBundle)
        {
            throw new FailureException(new Failure(FailureCode.Usage, "there is no command to run", Fix: $"write it after `--`: syscallprobe {settings.Verb.Name} -- redis-server"));
        }
        var plan = new WorkloadPlan
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
        return imagePath is null ? new PlannedWorkload(plan, null) : OfImage(plan, imagePath, host);
    }

    static PlannedWorkload OfImage(WorkloadPlan plan, string path, CliHost host)
    {
        if (plan.WithoutContainer is { } why)
        {
            throw new FailureException(new Failure(FailureCode.NoPermission, $"--image needs a container, which cannot be made here: {why}", "--image", "run as root (sudo), or allow user namespaces"));
        }
        var image = UnpackedImage.Unpack(path);
        foreach (var note in image.Notes) host.Note(note);
        return new PlannedWorkload(plan with
        {
            Source = new WorkloadSource.Rootfs(image.Root),
            Image = image.Name,
            Argv = image.ArgvOf(plan.Argv),
            // The later one of a name wins.
            Environment = [.. image.Environment, .. plan.Environment],
            User = plan.User ?? image.User,
            WorkingDirectory = plan.WorkingDirectory ?? image.WorkingDirectory,
        }, image);
    }

    // An image's root is known once it is unpacked, which is the last thing: all else may be wrong.
    static WorkloadSource SourceOf(Settings settings, CliHost host, out string? imagePath)
    {
        var isRootfs = settings.TryGet(WorkloadOptions.Rootfs, out var rootfs);
        var isImage = settings.TryGet(WorkloadOptions.Image, out var image);
        var isBundle = settings.TryGet(WorkloadOptions.Bundle, out var bundle);
        string[] given = [.. isRootfs ? ["--rootfs"] : (string[])[], .. isImage ? ["--image"] : (string[])[], .. isBundle ? ["--bundle"] : (string[])[]];
        if (given.Length > 1)
        {
            throw new FailureException(new Failure(FailureCode.Usage, "a workload comes from one place", string.Join(" and ", given), "give one of them"));
        }
        imagePath = isImage ? Path.GetFullPath(image!, host.WorkingDirectory) : null;
        return isRootfs ? new WorkloadSource.Rootfs(Path.GetFullPath(rootfs!, host.WorkingDirectory))
            : isBundle ? new WorkloadSource.OciBundle(Path.GetFullPath(bundle!, host.WorkingDirectory))
            : new WorkloadSource.HostRoot();
    }
}
