using SyscallProbe.Report;

namespace SyscallProbe.Core.Tests.Report;

public sealed class GithubTests
{
    [Fact]
    public void At_most_ten_annotations_of_a_kind_and_the_most_severe()
    {
        var commands = ReadBackTests.Commands(Rendering.Of("github", Rendering.Large(400))).ToArray();

        commands.GroupBy(command => command.Kind).Should().OnlyContain(kind => kind.Count() <= 10);
        commands.Where(command => command.Kind == "error").Should().HaveCount(10);
        // 101 unknown ones come before the degraded ones.
        commands.Where(command => command.Kind == "warning").Should().HaveCount(10).And.OnlyContain(command => command.Properties["title"].EndsWith("unknown"));
    }

    [Fact]
    public void Many_targets_leave_no_more_than_ten_verdicts_of_a_kind()
    {
        var many = SampleReport.Value with { Targets = [.. Enumerable.Repeat(SampleReport.Value.Targets[0], 30)] };

        ReadBackTests.Commands(Rendering.Of("github", many)).GroupBy(command => command.Kind).Should().OnlyContain(kind => kind.Count() <= 10);
    }

    [Fact]
    public void What_has_no_annotation_is_counted() =>
        Rendering.Of("github", Rendering.Large(400)).Should().EndWith("\n385 findings not annotated: the step's summary has all\n");

    [Fact]
    public void A_finding_on_a_manifest_is_annotated_at_its_line() =>
        ReadBackTests.Commands(Rendering.Of("github", SampleReport.Value)).Last().Properties.Should().Contain("file", "pod.yaml").And.Contain("line", "12");

    [Fact]
    public void No_string_of_a_workload_ends_a_command_or_adds_a_property()
    {
        var target = SampleReport.Value.Targets[2];
        var hostile = target.Findings[^1] with { Location = new Location("a,b:c%d\n::error::x", 3, "f\r\n::warning::y") };

        var text = Rendering.Of("github", SampleReport.Value with { Waivers = [], Targets = [target with { Findings = [hostile] }] });

        text.Split('\n').Should().HaveCount(3);
        var command = ReadBackTests.Commands(text).Last();
        command.Properties.Keys.Should().Equal("file", "line", "title");
        command.Properties["file"].Should().Be(@"a,b:c%d\x0a::error::x");
    }

    [Fact]
    public void A_report_without_targets_is_an_error() =>
        ReadBackTests.Commands(Rendering.Of("github", SampleReport.Value with { Targets = [] })).Should().ContainSingle().Which.Kind.Should().Be("error");
}
