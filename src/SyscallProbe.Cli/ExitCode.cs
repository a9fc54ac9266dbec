using SyscallProbe.Doctor;
using SyscallProbe.Report;

namespace SyscallProbe.Cli;

/// <summary>What the process tells its caller; scripts and CI gates depend on these numbers.</summary>
enum ExitCode
{
    /// <summary>Compatible within <c>--fail-on</c>; for the verbs that judge nothing: done.</summary>
    Compatible = 0,

    /// <summary>The tool could not do its work: usage, no permission, recording failed.</summary>
    Failed = 1,

    /// <summary>Incompatible; for a diff with <c>--exit-code</c>: there is a difference.</summary>
    Incompatible = 2,

    /// <summary>Caveats, where <c>--fail-on caveats</c> asks for it.</summary>
    Caveats = 3,

    /// <summary>The evidence does not carry a verdict.</summary>
    Inconclusive = 4,

    /// <summary>A target's runtime or release is not known.</summary>
    UnknownTarget = 5,
}

/// <summary>How verdicts and failures become exit codes.</summary>
static class ExitCodes
{
    /// <summary>Worst first: of several targets the first that occurs is the process's.</summary>
    static readonly ExitCode[] s_worstFirst =
        [ExitCode.UnknownTarget, ExitCode.Failed, ExitCode.Incompatible, ExitCode.Inconclusive, ExitCode.Caveats, ExitCode.Compatible];

    /// <summary>A sentence per code, in the order of the numbers, for <c>--help</c>.</summary>
    public static IReadOnlyList<(ExitCode Code, string Meaning)> Meanings { get; } =
    [
        (ExitCode.Compatible, "compatible (within --fail-on), or done"),
        (ExitCode.Failed, "could not do its work: usage, no permission, recording failed"),
        (ExitCode.Incompatible, "incompatible; a difference, for a diff with --exit-code"),
        (ExitCode.Caveats, "caveats, with --fail-on caveats"),
        (ExitCode.Inconclusive, "inconclusive: the evidence does not carry a verdict"),
        (ExitCode.UnknownTarget, "unknown target or release"),
    ];

    public static ExitCode Of(Failure failure) => failure.Code == FailureCode.UnknownTarget ? ExitCode.UnknownTarget : ExitCode.Failed;

    /// <summary>The code of one verdict.</summary>
    public static ExitCode Of(Verdict verdict, FailOn failOn) => verdict switch
    {
        Verdict.Compatible => ExitCode.Compatible,
        Verdict.Caveats => failOn == FailOn.Caveats ? ExitCode.Caveats : ExitCode.Compatible,
        Verdict.Incompatible => ExitCode.Incompatible,
        // Fails closed: whatever is not known is not compatible.
        _ => ExitCode.Inconclusive,
    };

    /// <summary>The code of a node or cluster.</summary>
    public static ExitCode Of(Readiness readiness, FailOn failOn) => readiness switch
    {
        Readiness.Ready => ExitCode.Compatible,
        Readiness.Warnings => failOn == FailOn.Caveats ? ExitCode.Caveats : ExitCode.Compatible,
        Readiness.Broken => ExitCode.Incompatible,
        _ => ExitCode.Inconclusive,
    };

    /// <summary>The worst code over all targets, of what is new or worse where there is a baseline; a report without targets judged nothing and is inconclusive.</summary>
    public static ExitCode Of(CheckReport report, FailOn failOn) =>
        report.Targets.IsEmpty ? ExitCode.Inconclusive : Worst(report.Targets.Select(target => Of(target.GateVerdict, failOn)));

    public static ExitCode Worst(IEnumerable<ExitCode> codes) => codes.MinBy(code => Array.IndexOf(s_worstFirst, code));
}

/// <summary>From which verdict on <c>check</c> and <c>assess</c> exit with other than 0; inconclusive always does.</summary>
enum FailOn
{
    Incompatible,
    Caveats,
}
