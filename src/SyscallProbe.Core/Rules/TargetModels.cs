using SyscallProbe.Guest;

namespace SyscallProbe.Rules;

/// <summary>Binds targets to what is known of them.</summary>
public static class TargetModels
{
    /// <param name="arch">The machine's own ABI: Kata's guests differ by it.</param>
    /// <exception cref="FailureException">The release is not known, or not on that architecture.</exception>
    public static ITargetModel Of(Target target, Abi arch) => ForcedModel.Of(target, plain => plain.Runtime switch
    {
        "gvisor" => new GvisorModel(plain),
        "kata" => new KataModel(plain, arch),
        "runc" => new RuncModel(),
        _ => throw new FailureException(new Failure(FailureCode.UnknownTarget, $"unknown runtime '{plain.Runtime}'")),
    });
}
