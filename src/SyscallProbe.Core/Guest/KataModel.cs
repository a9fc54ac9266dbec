using SyscallProbe.Rules;

namespace SyscallProbe.Guest;

/// <summary>Kata at one release under one hypervisor, for a workload of one architecture.</summary>
public sealed class KataModel : ITargetModel
{
    /// <summary>Name of the one flag that a Kata target has.</summary>
    public const string HypervisorFlag = "hypervisor";

    readonly GuestKernel _guest;

    /// <param name="target">Its release may be left out, for the newest, and its hypervisor, for the release's own default.</param>
    /// <exception cref="FailureException">The release or hypervisor is not known (<see cref="FailureCode.UnknownTarget"/>), or it has another flag (<see cref="FailureCode.Usage"/>).</exception>
    public KataModel(Target target, Abi arch)
    {
        _guest = GuestOf(target, arch);
        Target = target with
        {
            Release = _guest.Release.Tag,
            Configuration = target.Configuration.SetItem(HypervisorFlag, _guest.Hypervisor),
        };
    }

    public Target Target { get; }

    /// <summary>What the workload finds.</summary>
    public GuestKernel Guest => _guest;

    /// <summary>The guest that a target means.</summary>
    /// <exception cref="FailureException">As the constructor.</exception>
    public static GuestKernel GuestOf(Target target, Abi arch)
    {
        if (target.Configuration.Keys.FirstOrDefault(name => name != HypervisorFlag) is { } odd)
        {
            throw new FailureException(new Failure(FailureCode.Usage, $"the target kata has no flag '{odd}'", target.ToString(), $"its one flag is {HypervisorFlag}=NAME"));
        }
        var release = target.Release.Length == 0 ? KataReleases.Known.Newest : KataReleases.Known.Parse(target.Release, target.ToString());
        return GuestKernels.Known.Find(release, target.Configuration.GetValueOrDefault(HypervisorFlag), arch, target.ToString());
    }

    public Prediction Predict(Call call) => GuestRules.Known.Predict(_guest, call);
}
