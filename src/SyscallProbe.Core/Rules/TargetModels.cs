namespace SyscallProbe.Rules;

/// <summary>Binds targets to what is known of them.</summary>
public static class TargetModels
{
    /// <exception cref="FailureException">The release is not known.</exception>
    public static ITargetModel Of(Target target) => target.Runtime switch
    {
        "gvisor" => new GvisorModel(target),
        "runc" => new RuncModel(),
        _ => throw new FailureException(new Failure(FailureCode.UnknownTarget, $"unknown runtime '{target.Runtime}'")),
    };
}
