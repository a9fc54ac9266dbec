using SyscallProbe.Matrix;
using SyscallProbe.Rules;

namespace SyscallProbe.Cli.Verbs;

/// <summary>The rows of <c>matrix show</c> for any target that has them.</summary>
static class MatrixRows
{
    /// <exception cref="FailureException">The target's runtime has no matrix.</exception>
    public static CsvFile Of(Target target, Abi abi) => target.Runtime switch
    {
        "gvisor" => GvisorMatrix.Rows(GvisorReleases.Known.Parse(target.Release), abi),
        _ => throw NoMatrix(target),
    };

    public static FailureException NoMatrix(Target target) => new(new Failure(FailureCode.Usage, $"the target {target.Runtime} has no matrix: it is Linux itself",
        Fix: "ask for gvisor@RELEASE; `syscallprobe matrix list` lists the releases"));
}
