using System.Text.Json;
using SyscallProbe.Report;
using SyscallProbe.Rules;
using SyscallProbe.Traces;

namespace SyscallProbe.Core.Tests.Report;

public sealed class ReportDiffTests
{
    static readonly TargetReport s_target = SampleReport.Value.Targets[0];

    [Fact]
    public void A_report_does_not_differ_from_itself()
    {
        ReportDiff.Of(SampleReport.Value, SampleReport.Value).Should().NotContain(diff => diff.IsDifference);
        Text(SampleReport.Value, SampleReport.Value).Should().Be("no difference\n");
    }

    [Fact]
    public void Counts_phases_executables_and_certainty_are_no_difference() =>
        Text(Of(s_target), Of(s_target with { Findings = [.. s_target.Findings.Select(finding => finding with { Observed = finding.Observed with { Count = 99 }, Phase = Phase.Shutdown, Executables = ["/x"], Certainty = Certainty.Verified })] }))
            .Should().Be("no difference\n");

    [Fact]
    public void After_an_upgrade_the_targets_of_one_runtime_are_compared()
    {
        var newer = s_target with { Target = "gvisor@release-99999999.0", Verdict = Verdict.Caveats, Findings = s_target.Findings.RemoveAt(0) };

        Text(Of(s_target), Of(newer)).Should().Be(
            """
            gvisor@release-20260817.0,platform=systrap -> gvisor@release-99999999.0: incompatible -> caveats
              - blocking: io_uring_setup fails with ENOSYS (GV1001)

            """);
    }

    [Fact]
    public void What_is_worse_comes_first_and_another_outcome_of_a_call_is_one_line()
    {
        var (first, second) = (s_target.Findings[0], s_target.Findings[1]);
        var changed = s_target with
        {
            Findings = [first with { Consequence = Consequence.Harmless }, second with { Consequence = Consequence.Blocking, Errno = Errno.EPERM, Rule = "GV9999" }, .. s_target.Findings[2..], first with { Syscall = "mount" }],
        };

        Text(Of(s_target), Of(changed)).Split('\n').Skip(1).Should().Equal(
            "  ~ ioctl(cmd=SIOCGIFMAP): unknown, fails with ENOTTY (GV1040) -> blocking, fails with EPERM (GV9999)",
            "  + blocking: mount fails with ENOSYS (GV1001)",
            "  ~ io_uring_setup: blocking, fails with ENOSYS (GV1001) -> harmless, fails with ENOSYS (GV1001)",
            "");
    }

    [Fact]
    public void A_target_that_only_one_report_has_is_a_difference() =>
        Text(Of(s_target), Of()).Should().StartWith("gvisor@release-20260817.0,platform=systrap -> none: incompatible -> none\n  - blocking: ");

    [Fact]
    public void Json_has_what_was_added_removed_and_changed()
    {
        var text = new StringWriter { NewLine = "\n" };
        ReportDiffTable.WriteJson(text, ReportDiff.Of(Of(s_target), Of(s_target with { Findings = [s_target.Findings[1] with { Errno = Errno.EPERM }, s_target.Findings[0] with { Path = "/new" }] })));

        using var diff = JsonDocument.Parse(text.ToString());
        var target = diff.RootElement.GetProperty("targets")[0];
        target.GetProperty("added").EnumerateArray().Should().ContainSingle().Which.GetProperty("path").GetString().Should().Be("/new");
        target.GetProperty("removed").GetArrayLength().Should().Be(s_target.Findings.Length - 1);
        target.GetProperty("changed")[0].GetProperty("after").GetProperty("errno").GetString().Should().Be("EPERM");
    }

    [Fact]
    public void No_control_byte_of_a_workload_gets_through() =>
        Text(Of(s_target), Of(s_target with { Findings = [s_target.Findings[0] with { Path = "/\e]0;owned\a" }] })).Where(c => char.IsControl(c) && c != '\n').Should().BeEmpty();

    static CheckReport Of(params TargetReport[] targets) => SampleReport.Value with { Targets = [.. targets] };

    static string Text(CheckReport before, CheckReport after)
    {
        var text = new StringWriter { NewLine = "\n" };
        ReportDiffTable.Write(TextOutput.Plain(text, 200), ReportDiff.Of(before, after));
        return text.ToString();
    }
}
