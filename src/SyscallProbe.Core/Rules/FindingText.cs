using System.Text.RegularExpressions;

namespace SyscallProbe.Rules;

/// <summary>What <c>data/findings/ID.md</c> says of a finding.</summary>
/// <param name="Id">Family and four digits: <c>GV0001</c>; never used again for something else.</param>
/// <param name="Title">The observed pattern, as a name: <c>syscall-not-in-table</c>.</param>
/// <param name="Since">Version of SyscallProbe that has it first.</param>
/// <param name="Status"><c>stable</c>, <c>preview</c> or <c>retired</c>.</param>
/// <param name="What">What happens.</param>
/// <param name="Why">Why it matters.</param>
/// <param name="Seen">Where it was seen.</param>
/// <param name="Do">What to do.</param>
/// <param name="Source">Where the facts stand.</param>
public sealed partial record FindingText(
    string Id, string Title, string Since, string Status, string What, string Why, string Seen, string Do, string Source)
{
    /// <summary>Columns of the packed table, in the order of the properties.</summary>
    public static IReadOnlyList<string> Columns { get; } = ["id", "title", "since", "status", "what", "why", "seen", "do", "source"];

    /// <summary>The sections with their headings, in the order of the file.</summary>
    public IReadOnlyList<(string Heading, string Text)> Sections => [.. s_headings.Zip([What, Why, Seen, Do, Source])];

    /// <summary>The first sentence of <see cref="Do"/>: what a report says beside the finding.</summary>
    public string Remedy => FirstSentence().Match(Do) is { Success: true } match ? match.Value.Replace('\n', ' ') : Do.Replace('\n', ' ');

    /// <summary>The cells of its row in the packed table.</summary>
    public IReadOnlyList<string> Cells => [Id, Title, Since, Status, What, Why, Seen, Do, Source];

    static readonly string[] s_headings = ["What happens", "Why it matters", "Seen in", "What to do", "Source"];

    static readonly string[] s_statuses = ["stable", "preview", "retired"];

    /// <summary>Reads a finding's file.</summary>
    /// <param name="path">For errors; the name without <c>.md</c> is the id.</param>
    /// <exception cref="FailureException">The file has not the fixed form; all that is wrong is named.</exception>
    public static FindingText Parse(string path, string markdown)
    {
        var lines = markdown.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        var wrong = new List<string>();
        var id = path.Split('/')[^1].Replace(".md", "");
        if (!IdForm().IsMatch(id)) wrong.Add($"expected a name such as GV0142.md, found '{id}.md'");
        var since = Field(lines, 1, "since");
        var status = Field(lines, 2, "status");
        if (lines[0] != "---" || lines.ElementAtOrDefault(3) != "---") wrong.Add("expected lines 1 and 4 to be '---'");
        if (since.Length == 0) wrong.Add("expected line 2 to be 'since: VERSION'");
        if (!s_statuses.Contains(status)) wrong.Add($"expected line 3 to be 'status: {string.Join('|', s_statuses)}', found '{status}'");
        var title = lines.FirstOrDefault(line => line.StartsWith("# ", StringComparison.Ordinal))?[2..] ?? "";
        if (!TitleForm().IsMatch(title)) wrong.Add($"expected a title line '# pattern-name', found '# {title}'");
        var sections = SectionsOf(lines);
        if (!sections.Select(section => section.Heading).SequenceEqual(s_headings))
        {
            wrong.Add($"expected the headings {string.Join(", ", s_headings)}, found {string.Join(", ", sections.Select(section => section.Heading))}");
        }
        wrong.AddRange(sections.Where(section => section.Text.Length == 0).Select(section => $"expected text below '{section.Heading}'"));
        if (wrong.Count > 0) throw new FailureException(new Failure(FailureCode.BadInput, "a finding's text has not the fixed form", $"{path}: {string.Join($"\n      {path}: ", wrong)}"));
        var text = sections.Select(section => section.Text).ToArray();
        return new FindingText(id, title, since, status, text[0], text[1], text[2], text[3], text[4]);
    }

    static string Field(string[] lines, int index, string name) =>
        lines.ElementAtOrDefault(index) is { } line && line.StartsWith(name + ": ", StringComparison.Ordinal) ? line[(name.Length + 2)..].Trim() : "";

    static List<(string Heading, string Text)> SectionsOf(string[] lines)
    {
        var sections = new List<(string, string)>();
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith("## ", StringComparison.Ordinal)) continue;
            var body = lines.Skip(i + 1).TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal));
            sections.Add((lines[i][3..], string.Join('\n', body).Trim('\n')));
        }
        return sections;
    }

    // A full stop within a word or before a small letter ("e.g. this") ends no sentence.
    [GeneratedRegex(@"\A.+?[.!?](?=\s+[^\sa-z]|\s*\z)", RegexOptions.Singleline)]
    private static partial Regex FirstSentence();

    [GeneratedRegex(@"\A[A-Z]{2}\d{4}\z")]
    private static partial Regex IdForm();

    [GeneratedRegex(@"\A[a-z0-9]+(-[a-z0-9_.]+)*\z")]
    private static partial Regex TitleForm();
}
