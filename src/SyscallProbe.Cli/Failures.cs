using SyscallProbe.Cli.Options;
using SyscallProbe.Cli.Verbs;

namespace SyscallProbe.Cli;

/// <summary>Every error of the command line, worded in one place.</summary>
static class Failures
{
    const int LongestQuote = 120;

    public static FailureException NoVerb(string path, IReadOnlyList<string> rest)
    {
        var known = VerbTable.NamesBelow(path).ToArray();
        var typed = rest.FirstOrDefault();
        var what = typed switch
        {
            null => "no verb given",
            ['-', ..] when OptionTable.All.Any(row => row.Long == typed || row.Short == typed) => $"the option '{typed}' stands before the verb and belongs behind it",
            ['-', ..] => $"unknown option {Quoted(typed)}",
            _ => $"unknown verb {Quoted(typed)}",
        };
        var group = path.Length == 0 ? "" : " " + path;
        return Usage($"{what}; expected one of {string.Join(", ", known)}{(typed is null ? "" : Nearest.Meant(typed, known))}", null, $"see `syscallprobe{group} -h`");
    }

    /// <summary>A word that the verb has no place for.</summary>
    public static FailureException Unexpected(Verb verb, string typed)
    {
        var help = $"see `syscallprobe {verb.Name} -h`";
        if (typed.StartsWith('-') && typed.Length > 1)
        {
            var name = typed.Split('=')[0];
            var known = OptionTable.Of(verb).SelectMany(row => row.Short is null ? [row.Long] : new[] { row.Long, row.Short }).ToArray();
            if (known.Contains(name)) return Usage($"{name} takes no value", typed, help);
            var elsewhere = VerbTable.All.Where(other => OptionTable.Of(other).Any(row => row.Long == name || row.Short == name)).Select(other => other.Name).ToArray();
            return Usage($"unknown option {Quoted(name)} of '{verb.Name}'{Nearest.Meant(name, known)}",
                elsewhere.Length == 0 ? null : $"an option of {string.Join(", ", elsewhere)}", help);
        }
        if (verb.TakesWorkload)
        {
            return Usage($"unexpected {Quoted(typed)} before '--'", null, $"put the workload's command behind it: `syscallprobe {verb.Name} -- {Cut(typed)} ...`");
        }
        return Usage($"unexpected argument {Quoted(typed)}; '{verb.Name}' takes {verb.Argument?.Usage ?? "none"}", null, help);
    }

    public static FailureException MissingArgument(Verb verb) =>
        Usage($"'{verb.Name}' needs {verb.Argument!.Variable}: {verb.Argument.Summary}", null, $"for example `syscallprobe {verb.Examples[0]}`");

    public static FailureException MissingValue(Verb verb, OptionSpec row)
    {
        var choices = OptionTable.ChoicesOf(row, verb);
        return Usage($"{row.Long} needs a value{(choices.Count == 0 ? "" : ": one of " + string.Join(", ", choices))}", null, $"for example `{row.Example}`");
    }

    public static FailureException GivenTwice(OptionSpec row, IReadOnlyList<string> texts) =>
        Usage($"{row.Long} is given more than once", texts.Count == 0 ? null : string.Join(", ", texts.Select(Quoted)), "keep one");

    public static FailureException NotAChoice(OptionSpec row, string text, Origin origin, IReadOnlyList<string> choices) =>
        Usage($"unknown value {Quoted(text)}; expected one of {string.Join(", ", choices)}{Nearest.Meant(text, choices)}", origin.ToString(), choices.Count == 0 ? null : $"for example `{row.Example}`");

    public static FailureException BadValue(OptionSpec row, string text, Origin origin, string expected) =>
        Usage($"expected {expected}, found {Quoted(text)}", origin.ToString(), $"for example `{row.Example}`");

    /// <summary>Something is given that only a workload which is yet to be started can have.</summary>
    public static FailureException NeedsStart(string what, OptionSpec running, Origin? origin) =>
        Usage($"{what} needs a workload that is yet to be started, and {running.Long} records one that runs already", origin is { } place ? place.ToString() : null, $"leave {(origin is null ? "it" : what)} out, or {running.Long}");

    /// <summary>What the parser alone noticed.</summary>
    public static FailureException Usage(Verb verb, string message) => Usage(message.TrimEnd('.'), null, $"see `syscallprobe {verb.Name} -h`");

    /// <summary>The text for an exception that nobody expected.</summary>
    public static string Bug(Exception bug, string version, IReadOnlyList<string> args) =>
        new Failure(FailureCode.RecordingFailed, $"a bug in syscallprobe {version}: {bug.GetType().Name}: {bug.Message}",
            "syscallprobe " + string.Join(' ', args.Select(arg => arg.Any(char.IsWhiteSpace) ? Quoted(arg) : Cut(arg))),
            "report it with this text; --debug adds the stack trace").ToString();

    /// <summary>User input in single quotes, exactly as given, cut at 120 characters with its length.</summary>
    public static string Quoted(string text) => text.Length <= LongestQuote ? $"'{text}'" : $"'{text[..LongestQuote]}' ({text.Length} characters)";

    static string Cut(string text) => text.Length <= LongestQuote ? text : text[..LongestQuote] + "...";

    static FailureException Usage(string what, string? where, string? fix) => new(new Failure(FailureCode.Usage, what, where, fix));
}
