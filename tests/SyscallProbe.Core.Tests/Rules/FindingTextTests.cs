using System.Text.RegularExpressions;
using SyscallProbe.Matrix;
using SyscallProbe.Rules;
using SyscallProbe.Tests;

namespace SyscallProbe.Core.Tests.Rules;

public sealed partial class FindingTextTests
{
    const string Good = """
        ---
        since: 0.1
        status: stable
        ---

        # tty-setraw-enotty

        ## What happens

        It fails.

        ## Why it matters

        It is used.

        ## Seen in

        less.

        ## What to do

        Use `stty -g`, e.g. in
        a script. Or do not.

        ## Source

        ioctl.go

        """;

    public static TheoryData<string> Files => new(Directory.EnumerateFiles(Repo.PathOf("data", "findings")).Select(path => Path.GetFileName(path)!).Order());

    [Fact]
    public void Sections_are_read_and_the_remedy_is_the_first_sentence()
    {
        var text = FindingText.Parse("data/findings/GV0142.md", Good);

        text.Should().BeEquivalentTo(new { Id = "GV0142", Title = "tty-setraw-enotty", Since = "0.1", Status = "stable", What = "It fails.", Source = "ioctl.go" });
        text.Remedy.Should().Be("Use `stty -g`, e.g. in a script.");
    }

    [Fact]
    public void All_that_is_wrong_is_named_at_once()
    {
        var wrong = Good.Replace("status: stable", "status: new").Replace("# tty-setraw-enotty", "# Use stty").Replace("## Seen in", "## Seen").Replace("ioctl.go", "");

        FluentActions.Invoking(() => FindingText.Parse("data/findings/GV0142.md", wrong)).Should().Throw<FailureException>().Which.Failure.Where.Should().Be(
            "data/findings/GV0142.md: expected line 3 to be 'status: stable|preview|retired', found 'new'\n" +
            "      data/findings/GV0142.md: expected a title line '# pattern-name', found '# Use stty'\n" +
            "      data/findings/GV0142.md: expected the headings What happens, Why it matters, Seen in, What to do, Source, found What happens, Why it matters, Seen, What to do, Source\n" +
            "      data/findings/GV0142.md: expected text below 'Source'");
    }

    [Theory, MemberData(nameof(Files))]
    public void Every_file_has_the_fixed_form_and_is_packed(string file)
    {
        var text = FindingText.Parse($"data/findings/{file}", File.ReadAllText(Repo.PathOf("data", "findings", file)));

        FindingTexts.Find(text.Id).Should().Be(text, "`syscallprobe matrix pack` packs it");
        text.Remedy.Should().EndWith(".").And.Match(remedy => remedy.Length <= 200, "a report prints it beside the finding");
    }

    [Fact]
    public void No_two_findings_have_one_title() => FindingTexts.Ids.Select(id => FindingTexts.Find(id)!.Title).Should().OnlyHaveUniqueItems();

    [Fact]
    public void Every_id_that_a_rule_names_has_its_text() => RuleRows.Ids(PackedImage.Embedded).Distinct().Should().BeSubsetOf(FindingTexts.Ids);

    [Fact]
    public void Every_id_in_the_code_has_its_text()
    {
        var sources = Directory.EnumerateFiles(Repo.PathOf("src"), "*.cs", SearchOption.AllDirectories).Where(path => !path.Contains("/obj/"));

        sources.SelectMany(path => IdLiteral().Matches(File.ReadAllText(path)).Select(match => match.Groups[1].Value)).Distinct().Should().BeSubsetOf(FindingTexts.Ids);
    }

    [GeneratedRegex("\"((?:GV|KT|RC)\\d{4})\"")]
    private static partial Regex IdLiteral();
}
