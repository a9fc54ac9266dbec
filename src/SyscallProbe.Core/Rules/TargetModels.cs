using SyscallProbe.Guest;

namespace SyscallProbe.Rules;

/// <summary>Binds targets to what is known of them.</summary>
public static class TargetModels
{
    /// <param name="arch">The machine's own ABI: Kata's guests differ by it.</param>
    /// <exception cref="FailureException">The release is not known, or not on that architecture.</exception>
    public static ITargetModel Of(Target target, Abi arch) => target.Runtime switch
    {
        "gvisor" => new GvisorModel(target),
        "kata" => new KataModel(target, arch),
        "runc" => new RuncModel(),
        _ => throw new FailureException(new Failure(FailureCode.UnknownTarget, $"unknown runtime '{target.Runtime}'")),
    };
}
