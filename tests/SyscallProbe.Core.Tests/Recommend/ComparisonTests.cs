using SyscallProbe.Core.Tests.Report;
using SyscallProbe.Guest;
using SyscallProbe.Matrix;
using SyscallProbe.Recommend;
using SyscallProbe.Report;
using SyscallProbe.Traces;

namespace SyscallProbe.Core.Tests.Recommend;

public sealed class ComparisonTests
{
    static CheckReport With(params string[] targets) => SampleReport.Value with { Targets = [.. targets.Select(target => new TargetReport(target, Verdict.Compatible, null, [], []))] };

    static string Cell(CheckReport report, string aspect, string runtime) =>
        Comparison.Of(report).Single(row => row.Aspect == aspect).Cells[Comparison.Runtimes.ToList().IndexOf(runtime)];

    [Fact]
    public void Every_aspect_has_a_cell_for_every_runtime_that_says_how_it_is_known()
    {
        var aspects = Comparison.Of(With("gvisor@release-20260817.0", "kata@4.1.0,hypervisor=qemu"));

        aspects.Select(aspect => aspect.Aspect).Should().Equal("verdict", "isolation", "kernel", "start-up", "memory", "files", "network", "GPU");
        aspects.SelectMany(aspect => aspect.Cells).Should().OnlyContain(cell => cell.EndsWith(')'));
    }

    [Theory]
    [InlineData("kata@4.1.0,hypervisor=qemu", "its own, Linux 6.18.35 (published)", "0.7 s to the workload (published)", "320Mi reserved for each pod beside its limits (published)")]
    [InlineData("kata@3.10.0,hypervisor=clh", "its own, Linux 6.1.62 (published)", "0.4 s to the workload (published)", "130Mi reserved for each pod beside its limits (published)")]
    [InlineData("kata@2.0.0,hypervisor=fc", "its own, Linux 5.4.71 (published)", "not published", "not published")]
    public void Kata_is_told_by_release_and_hypervisor(string target, string kernel, string startUp, string memory)
    {
        var report = With(target);

        Cell(report, "kernel", "kata").Should().Be(kernel);
        Cell(report, "start-up", "kata").Should().Be(startUp);
        Cell(report, "memory", "kata").Should().Be(memory);
    }

    [Fact]
    public void A_guest_of_another_architecture_than_the_subjects_is_found() =>
        GuestKernels.Known.FindOnAny(SyscallProbe.Rules.TargetParser.Parse("kata@3.22.0,hypervisor=qemu-cca"), Abi.Amd64).Arch.Should().Be(Abi.Arm64);

    [Fact]
    public void What_was_not_judged_or_recorded_is_said()
    {
        var report = With("gvisor@release-20260817.0") with { Evidence = new Evidence() };

        Comparison.Of(report)[0].Cells.Should().Equal("not recorded", "compatible (predicted)", "not judged");
        Cell(report, "kernel", "kata").Should().Be("not published");
    }

    [Fact]
    public void A_verdict_says_whether_it_was_predicted_rehearsed_or_measured() =>
        Cell(SampleReport.Value with { Targets = [SampleReport.Value.Targets[0]] }, "verdict", "gvisor").Should().Be("incompatible (rehearsed)");

    [Theory]
    [InlineData(79)]
    [InlineData(140)]
    public void Lines_keep_to_the_width_and_a_hostile_title_is_harmless(int width)
    {
        var text = new StringWriter { NewLine = "\n" };
        ComparisonTable.Write(TextOutput.Plain(text, width), [SampleReport.Value, With("kata@4.1.0,hypervisor=qemu")]);

        text.ToString().Should().NotContain("\e");
        text.ToString().Split('\n').Where(line => !line.StartsWith('/')).Should().OnlyContain(line => line.Length <= width);
    }

    [Fact]
    public void Rows_are_in_order_and_each_has_a_basis_and_a_source()
    {
        var rows = PackedImage.Embedded.Table("policy/comparison").Cells("order", "basis", "source").ToArray();

        rows.Should().OnlyContain(cell => (cell[1] == "published" || cell[1] == "assumed") && cell[2].Length > 0);
        rows.Select(cell => int.Parse(cell[0], System.Globalization.CultureInfo.InvariantCulture)).Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
    }
}
