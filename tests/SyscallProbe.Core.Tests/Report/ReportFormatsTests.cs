using SyscallProbe.Report;
using SyscallProbe.Tests;

namespace SyscallProbe.Core.Tests.Report;

public sealed class ReportFormatsTests
{
    const string Folder = "tests/SyscallProbe.Core.Tests/Report/golden";

    public static TheoryData<string> Formats => new(ReportFormats.Names);

    [Theory, MemberData(nameof(Formats))]
    public void The_sample_is_rendered_as_recorded(string format) => Golden.Matches($"{Folder}/sample.{format}", Rendering.Of(format, SampleReport.Value));

    [Theory, MemberData(nameof(Formats))]
    public void Rendering_twice_gives_the_same_bytes(string format) => Rendering.Of(format, SampleReport.Value).Should().Be(Rendering.Of(format, SampleReport.Value));

    [Theory, MemberData(nameof(Formats))]
    public void No_control_byte_of_the_workload_gets_through(string format) =>
        Rendering.Of(format, SampleReport.Value).Where(c => char.IsControl(c) && c != '\n').Should().BeEmpty();

    [Theory, MemberData(nameof(Formats))]
    public void A_report_without_findings_or_targets_can_be_rendered(string format)
    {
        var empty = SampleReport.Value with { Targets = [] };

        Rendering.Of(format, empty).Should().NotBeEmpty();
        Rendering.Of(format, empty, SampleReport.Value).Should().NotBeEmpty();
    }

    [Fact]
    public void Every_golden_file_belongs_to_a_format() =>
        Directory.EnumerateFiles(Repo.PathOf(Folder)).Select(path => Path.GetExtension(path)[1..]).Should().BeSubsetOf(ReportFormats.Names);
}
