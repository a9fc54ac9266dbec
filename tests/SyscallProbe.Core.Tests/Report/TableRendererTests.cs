using CsCheck;
using SyscallProbe.Report;
using SyscallProbe.Rules;
using SyscallProbe.Traces;

namespace SyscallProbe.Core.Tests.Report;

public sealed class TableRendererTests
{
    [Theory]
    [InlineData(60)]
    [InlineData(79)]
    [InlineData(200)]
    public void Lines_keep_to_the_width_but_for_the_command_that_is_copied(int width)
    {
        var lines = Lines(SampleReport.Value, width);

        lines.Where(line => !line.StartsWith("Apply ", StringComparison.Ordinal)).Should().OnlyContain(line => line.Length <= width);
        lines.Should().ContainSingle(line => line == "Apply     syscallprobe manifest --target kata@3.20.0,hypervisor=qemu");
    }

    [Fact]
    public void Verdicts_then_advice_then_the_worst_come_first()
    {
        var starts = Lines(SampleReport.Value, 200).Where(line => line.Length > 0 && line[0] != ' ').Select(line => line.Split(' ')[0]);

        starts.Take(5).Should().Equal("incompatible", "compatible", "inconclusive", "use", "Worst:");
    }

    [Fact]
    public void Findings_of_one_cause_are_one_entry() =>
        string.Join('\n', Lines(SampleReport.Value, 200)).Should().Contain("ioctl(cmd=SIOCGIFMAP), ioctl(cmd=SIOCGIFTXQLEN) fails with ENOTTY").And.Contain("5 calls");

    [Fact]
    public void Harmless_findings_are_one_line() =>
        Lines(SampleReport.Value, 200).Should().ContainSingle(line => line.Contains("rseq") || line.Contains("copy_file_range")).Which.Should().Contain("2 harmless: ");

    [Fact]
    public void Many_causes_are_cut_with_their_number()
    {
        var finding = SampleReport.Value.Targets[0].Findings[0];
        var target = SampleReport.Value.Targets[0] with { Findings = [.. Enumerable.Range(1, 100).Select(i => finding with { Rule = $"GV{1000 + i}" })] };

        Lines(SampleReport.Value with { Targets = [target] }, 100).Should().ContainSingle(line => line == "  and 79 more causes (all: --format json)");
    }

    [Fact]
    public void Loss_is_told_with_the_events_beside_it() =>
        string.Join('\n', Lines(SampleReport.Value with { Evidence = SampleReport.Value.Evidence with { Lost = 1 } }, 200))
            .Should().Contain("partial; 48,212 calls, 37 kinds; 1 event lost; 3 runs recorded by ebpf; exit code 0; healthy");

    [Theory]
    [InlineData("kata@4.1.0,hypervisor=qemu", true)]
    [InlineData(null, false)]
    public void Many_workloads_end_with_what_to_do_where_one_has_a_sandbox(string? target, bool isTold)
    {
        var report = SampleReport.Value with { Workload = new ManifestWorkload("Pod", null, "a", "a.yaml", 1), Recommendation = SampleReport.Value.Recommendation with { Target = target } };
        var text = new StringWriter { NewLine = "\n" };
        TableRenderer.Write(TextOutput.Plain(text, 100), [report, report]);

        text.ToString().Contains("then `syscallprobe manifest reports.json`").Should().Be(isTold);
    }

    [Fact]
    public void Any_string_of_the_workload_is_harmless() =>
        Gen.String.Sample(text =>
        {
            var finding = SampleReport.Value.Targets[0].Findings[0] with { Path = text, Executables = [text], Arguments = [new("a", text)], Effect = text };
            var report = SampleReport.Value with
            {
                Subject = new Subject([text], text, Abi.Amd64, text),
                Targets = [new TargetReport("runc", Verdict.Incompatible, null, [text], [finding with { Outcome = OutcomeKind.Differs }])],
                Recommendation = new Recommendation("gvisor", [text], [text]) { Target = text, Policy = new PolicyDecision(1, [new PolicyFact(text, text, text, true), new PolicyFact(text, text, text, false)]) },
                Workload = new ManifestWorkload("Pod", text, text, text, 1),
            };
            return string.Join('\n', Lines(report, 100)).All(c => !char.IsControl(c) || c == '\n');
        });

    static string[] Lines(CheckReport report, int width)
    {
        var text = new StringWriter { NewLine = "\n" };
        TableRenderer.Write(TextOutput.Plain(text, width), [report]);
        return text.ToString().TrimEnd('\n').Split('\n');
    }
}
