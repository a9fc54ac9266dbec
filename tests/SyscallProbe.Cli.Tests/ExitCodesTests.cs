using SyscallProbe.Report;
using SyscallProbe.Traces;

namespace SyscallProbe.Cli.Tests;

public sealed class ExitCodesTests
{
    [Theory]
    [InlineData(Verdict.Compatible, 0, 0)]
    [InlineData(Verdict.Caveats, 0, 3)]
    [InlineData(Verdict.Incompatible, 2, 2)]
    [InlineData(Verdict.Inconclusive, 4, 4)]
    public void A_verdict_has_one_code_for_each_fail_on(Verdict verdict, int incompatible, int caveats)
    {
        ((int)ExitCodes.Of(verdict, FailOn.Incompatible)).Should().Be(incompatible);
        ((int)ExitCodes.Of(verdict, FailOn.Caveats)).Should().Be(caveats);
    }

    [Theory]
    [InlineData(new[] { 0, 3 }, 3)]
    [InlineData(new[] { 3, 4 }, 4)]
    [InlineData(new[] { 4, 2 }, 2)]
    [InlineData(new[] { 2, 1 }, 1)]
    [InlineData(new[] { 1, 5, 0 }, 5)]
    public void Of_several_targets_the_worst_counts(int[] codes, int worst) => ((int)ExitCodes.Worst(codes.Select(code => (ExitCode)code))).Should().Be(worst);

    [Fact]
    public void A_report_that_judged_nothing_is_inconclusive() =>
        ExitCodes.Of(new CheckReport("0", new Subject([], null, Abi.Amd64, null), new Evidence(), [], new Recommendation("none", [], [])), FailOn.Incompatible)
            .Should().Be(ExitCode.Inconclusive);

    [Theory]
    [InlineData(FailureCode.UnknownTarget, 5)]
    [InlineData(FailureCode.Usage, 1)]
    [InlineData(FailureCode.BadInput, 1)]
    [InlineData(FailureCode.NoPermission, 1)]
    [InlineData(FailureCode.MissingProgram, 1)]
    [InlineData(FailureCode.RecordingFailed, 1)]
    public void A_failure_has_a_code(FailureCode failure, int code) => ((int)ExitCodes.Of(new Failure(failure, "x"))).Should().Be(code);
}
