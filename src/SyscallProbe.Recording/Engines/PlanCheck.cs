using SyscallProbe.Recording.Bundle;

namespace SyscallProbe.Recording.Engines;

/// <summary>Refuses a plan that cannot be carried out, before anything is made.</summary>
static class PlanCheck
{
    /// <exception cref="FailureException">The first thing that is wrong, as <see cref="FailureCode.Usage"/>.</exception>
    public static void Check(WorkloadPlan plan)
    {
        if (plan.Source is WorkloadSource.OciBundle bundle)
        {
            if (!Directory.Exists(bundle.Directory)) throw new FailureException(Failures.NoDirectory("--bundle", bundle.Directory));
            if (OptionOf(plan) is { } option) throw new FailureException(Failures.NotWithBundle(option));
        }
        else
        {
            if (plan.Source is WorkloadSource.Rootfs rootfs && !Directory.Exists(rootfs.Directory)) throw new FailureException(Failures.NoDirectory("--rootfs", rootfs.Directory));
            if (plan.Argv.IsEmpty || plan.Argv[0].Length == 0) throw new FailureException(Failures.NoCommand);
            if (plan.WorkingDirectory is { } folder && !folder.StartsWith('/')) throw new FailureException(Failures.WorkingDirectory(folder));
        }
        if (plan.WithoutContainer is { } why && ContainerOptionOf(plan) is { } needed) throw new FailureException(Failures.NeedsContainer(needed, why));
        foreach (var (name, value) in plan.Environment)
        {
            if (name.Length == 0 || name.Contains('=')) throw new FailureException(Failures.Variable($"{name}={value}"));
            if (name.Contains('\0') || value.Contains('\0')) throw new FailureException(Failures.NulInArgument("a variable"));
        }
        if (plan.Argv.Concat(plan.HealthArgv).Any(word => word.Contains('\0'))) throw new FailureException(Failures.NulInArgument("the command"));
        // Names are checked here too, so that a typing error is found before root is asked for.
        ContainerCapabilities.Of(plan.AddedCapabilities, plan.DroppedCapabilities, plan.IsPrivileged, ulong.MaxValue);
    }

    /// <summary>The first option given that says what a bundle's config.json says already.</summary>
    static string? OptionOf(WorkloadPlan plan) =>
        !plan.Argv.IsEmpty ? "a command"
        : !plan.Environment.IsEmpty ? "--env"
        : plan.User is not null ? "--user"
        : plan.WorkingDirectory is not null ? "--workdir"
        : !plan.Mounts.IsEmpty ? "--mount"
        : plan.Network != WorkloadNetwork.None ? "--net"
        : !plan.AddedCapabilities.IsEmpty ? "--cap-add"
        : !plan.DroppedCapabilities.IsEmpty ? "--cap-drop"
        : plan.IsPrivileged ? "--privileged"
        : null;

    /// <summary>The first option given that only a container can fulfil.</summary>
    static string? ContainerOptionOf(WorkloadPlan plan) =>
        plan.Source is WorkloadSource.OciBundle ? "--bundle"
        : plan.Source is WorkloadSource.Rootfs ? "--rootfs"
        : plan.User is not null ? "--user"
        : !plan.Mounts.IsEmpty ? "--mount"
        : !plan.AddedCapabilities.IsEmpty ? "--cap-add"
        : !plan.DroppedCapabilities.IsEmpty ? "--cap-drop"
        : plan.IsPrivileged ? "--privileged"
        : plan.Enforcement is not null ? "--rehearse"
        : null;
}
