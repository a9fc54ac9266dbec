using SyscallProbe.Cli.Tests.Verbs;
using SyscallProbe.Report;

namespace SyscallProbe.Cli.Tests.Output;

public sealed class ReportOutputTests
{
    const string Sample = "tests/SyscallProbe.Core.Tests/Report/golden/sample.json";

    public static TheoryData<string> Formats => new(ReportFormats.Names);

    [Theory, MemberData(nameof(Formats))]
    public void A_saved_report_is_shown_in_every_format(string format)
    {
        var (exit, output, error) = TestHost.Run(["report", "show", Sample, "-q", "-f", format]);

        // What a terminal's width decides is not in the golden file.
        if (format != "table") output.Should().Be(File.ReadAllText(Repo.PathOf($"tests/SyscallProbe.Core.Tests/Report/golden/sample.{format}")));
        (exit, error).Should().Be((0, ""));
    }

    [Fact]
    public void The_step_summary_is_appended_to_and_the_annotations_are_the_result()
    {
        using var folder = new TemporaryFolder();
        var summary = Path.Combine(folder.Path, "summary.md");
        File.WriteAllText(summary, "before\n");

        var (exit, output, error) = Github(summary);

        File.ReadAllText(summary).Should().StartWith("before\n### SyscallProbe: ").And.Contain("<details>");
        output.Should().StartWith("::error title=").And.NotContain("###");
        (exit, error).Should().Be((0, ""));
    }

    [Fact]
    public void A_summary_that_is_full_stays_below_what_GitHub_takes()
    {
        using var folder = new TemporaryFolder();
        var summary = Path.Combine(folder.Path, "summary.md");
        File.WriteAllText(summary, new string('x', 1_048_576 - 700));

        Github(summary).Exit.Should().Be(0);

        new FileInfo(summary).Length.Should().BeInRange(1_048_576 - 600, 1_048_576);
        File.ReadAllText(summary).Should().EndWith("see `syscallprobe report show`.\n");
    }

    [Fact]
    public void A_summary_that_cannot_be_written_is_a_warning()
    {
        var (exit, output, error) = Github("/no/such/folder/summary.md");

        output.Should().StartWith("::error title=");
        error.Should().StartWith("syscallprobe: warning: cannot append to the step's summary '/no/such/folder/summary.md': ");
        exit.Should().Be(0);
    }

    [Fact]
    public void Where_there_is_no_summary_a_note_says_what_writes_it() =>
        TestHost.Run(["report", "show", Sample, "-f", "github"]).Error.Should().Be("syscallprobe: note: GITHUB_STEP_SUMMARY names no file, so no summary is written; -f markdown writes it\n");

    static (int Exit, string Out, string Error) Github(string summary) =>
        TestHost.Run(["report", "show", Sample, "-f", "github"], environment: new Dictionary<string, string> { ["GITHUB_STEP_SUMMARY"] = summary });
}
