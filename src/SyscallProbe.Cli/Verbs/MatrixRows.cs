using System.Text.Json;
using SyscallProbe.Guest;
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
        "kata" => GuestMatrix.Rows(KataModel.GuestOf(target, abi)),
        _ => throw NoMatrix(target),
    };

    /// <summary>Writes the rows with what else is known of the target as one object.</summary>
    /// <exception cref="FailureException">The target's runtime has no matrix.</exception>
    public static void Write(Utf8JsonWriter json, Target target, Abi abi)
    {
        if (target.Runtime == "gvisor") GvisorMatrix.Write(json, GvisorReleases.Known.Parse(target.Release), abi);
        else if (target.Runtime == "kata") GuestMatrix.Write(json, KataModel.GuestOf(target, abi));
        else throw NoMatrix(target);
    }

    public static FailureException NoMatrix(Target target) => new(new Failure(FailureCode.Usage, $"the target {target.Runtime} has no matrix: it is Linux itself",
        Fix: "ask for gvisor@RELEASE or kata@RELEASE; `syscallprobe matrix list` lists the releases"));
}
