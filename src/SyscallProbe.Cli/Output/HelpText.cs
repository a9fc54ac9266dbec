using System.Text;
using SyscallProbe.Cli.Options;
using SyscallProbe.Cli.Verbs;
using SyscallProbe.Report;

namespace SyscallProbe.Cli.Output;

/// <summary>Both helps of the program, a group and a verb, made from the tables. No line is longer than 79 columns.</summary>
static class HelpText
{
    public const int Width = 79;

    public static string For(RawArgs raw)
    {
        var text = new StringBuilder();
        var isLong = raw.Request == Request.LongHelp;
        if (raw.Verb is null)
        {
            Above(text, raw.Path, isLong);
        }
        else
        {
            Verb(text, raw.Verb, isLong);
        }
        return text.ToString();
    }

    static void Above(StringBuilder text, string group, bool isLong)
    {
        if (group.Length == 0)
        {
            text.Append("syscallprobe tells whether a workload will run under gVisor or Kata\n\nUsage: syscallprobe VERB [options] [-- COMMAND [ARGS]]\n");
        }
        else
        {
            text.Append($"syscallprobe {group}: {VerbTable.Groups.First(row => row.Name == group).Summary}\n\nUsage: syscallprobe {group} VERB [options]\n");
        }
        var verbs = (group.Length == 0 ? VerbTable.All : VerbTable.Below(group)).Select(verb => (verb.Name, verb.Summary)).ToArray();
        Section(text, "Verbs", verbs, verbs.Max(verb => verb.Name.Length));
        if (group.Length == 0)
        {
            Section(text, "Options", [.. OptionTable.Root.Select(row => (row.Usage, row.Summary))], 9);
            Section(text, "Exit codes", [.. ExitCodes.Meanings.Select(row => (((int)row.Code).ToString(), row.Meaning))], 1);
            if (isLong) Environment(text);
        }
        text.Append("\nsyscallprobe VERB -h has a verb's options, --help explains them.\n");
    }

    static void Environment(StringBuilder text)
    {
        var rows = OptionTable.All.Where(row => row.HasEnvironment).Select(row => (row.EnvironmentName, row.Long)).ToArray();
        Section(text, "Environment", rows, rows.Max(row => row.EnvironmentName.Length));
        text.Append('\n');
        Paragraph(text, "An option on the command line wins over its variable, and a variable over the default. Several values are parted by newlines, " +
            "those that hold no spaces also by spaces. A switch takes 1, true, yes, 0, false or no.", "  ");
    }

    static void Verb(StringBuilder text, Verb verb, bool isLong)
    {
        text.Append($"syscallprobe {verb.Name}: {verb.Summary}\n\nUsage: syscallprobe {UsageOf(verb)}\n");
        if (isLong)
        {
            foreach (var paragraph in verb.Details.Split("\n\n"))
            {
                text.Append('\n');
                Paragraph(text, paragraph, "");
            }
        }
        if (verb.Argument is { } argument) Section(text, "Arguments", [(argument.Variable, argument.Summary)], argument.Variable.Length);
        var rows = OptionTable.Of(verb);
        var width = rows.Max(row => row.Usage.Length);
        foreach (var category in rows.GroupBy(row => row.Category).OrderBy(group => group.Key))
        {
            if (isLong)
            {
                text.Append($"\n{category.Key}:\n");
                text.AppendJoin('\n', category.Select(row => Option(row, verb)));
            }
            else
            {
                Section(text, category.Key.ToString(), [.. category.Select(row => (row.Usage, SummaryOf(row, verb)))], width);
            }
        }
        text.Append("\nExamples:\n");
        foreach (var example in verb.Examples) text.Append($"  syscallprobe {example}\n");
    }

    static string UsageOf(Verb verb) =>
        $"{verb.Name} [options]{(verb.Argument is null ? "" : " " + verb.Argument.Usage)}{(verb.TakesWorkload ? " [-- COMMAND [ARGS]]" : "")}";

    static string SummaryOf(OptionSpec row, Verb verb) =>
        OptionTable.ChoicesOf(row, verb) is { Count: > 0 } choices ? $"{row.Summary}: {string.Join(", ", choices)}" : row.Summary;

    static string Option(OptionSpec row, Verb verb)
    {
        var text = new StringBuilder();
        text.Append($"  {row.Usage}{(row.IsRepeatable ? " (repeatable)" : "")}\n");
        Paragraph(text, row.Details, "      ");
        var choices = OptionTable.ChoicesOf(row, verb);
        if (choices.Count > 0) Paragraph(text, "Choices: " + string.Join(", ", choices) + ".", "      ");
        var value = OptionTable.DefaultOf(row, verb) ?? row.DefaultNote ?? (row.IsSwitch ? "off" : "none");
        Paragraph(text, $"Default: {value}.", "      ");
        Paragraph(text, $"Example: {row.Example}", "      ");
        if (row.HasEnvironment) Paragraph(text, $"Variable: {row.EnvironmentName}", "      ");
        return text.ToString();
    }

    static void Section(StringBuilder text, string title, IReadOnlyList<(string Left, string Right)> rows, int width)
    {
        text.Append($"\n{title}:\n");
        foreach (var (left, right) in rows)
        {
            var lead = $"  {left.PadRight(width)}  ";
            foreach (var line in TextLayout.Wrap(right, Width - lead.Length))
            {
                text.Append(lead).Append(line).Append('\n');
                lead = new string(' ', lead.Length);
            }
        }
    }

    static void Paragraph(StringBuilder text, string words, string indent)
    {
        foreach (var line in TextLayout.Wrap(words, Width, indent)) text.Append(line).Append('\n');
    }
}
