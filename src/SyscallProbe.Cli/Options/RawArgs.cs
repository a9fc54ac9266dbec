using System.CommandLine;
using System.CommandLine.Parsing;
using SyscallProbe.Cli.Verbs;

namespace SyscallProbe.Cli.Options;

/// <summary>What the command line asks for.</summary>
enum Request
{
    Run,
    ShortHelp,
    LongHelp,
    Version,
}

/// <summary>The command line as typed: which verb, which texts for which option. Nothing is read, looked up or defaulted yet.</summary>
/// <param name="Path">The words that led to the verb or group: <c>matrix pack</c>, <c>matrix</c> or empty.</param>
/// <param name="Verb">Null only where help is asked for above a verb, or the version.</param>
/// <param name="Values">Texts by option, in the order typed; a switch has none.</param>
/// <param name="Arguments">Positional arguments.</param>
/// <param name="Workload">What follows <c>--</c>, untouched, where the verb takes a workload.</param>
sealed record RawArgs(
    Request Request, string Path, Verb? Verb, IReadOnlyDictionary<OptionSpec, IReadOnlyList<string>> Values,
    IReadOnlyList<string> Arguments, IReadOnlyList<string> Workload)
{
    /// <summary>Reads the arguments of the process.</summary>
    /// <exception cref="FailureException">Something is not known, missing or too much.</exception>
    public static RawArgs Parse(IReadOnlyList<string> args)
    {
        // Cut before parsing, so that nothing in a workload's command is ever taken for ours.
        var head = args.TakeWhile(arg => arg != "--").ToArray();
        var tail = args.Skip(head.Length + 1).ToArray();
        // The parser drops what looks like a directive without a word.
        if (head is [['[', ..], ..]) throw Failures.NoVerb("", [head[0]]);
        var symbols = new SymbolTree();
        // No response files: a workload's '@name' and ours are plain text.
        var parsed = symbols.Root.Parse(head, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var path = PathOf(parsed.CommandResult);
        var verb = symbols.Verbs.GetValueOrDefault(parsed.CommandResult.Command);

        if (parsed.UnmatchedTokens.FirstOrDefault(head.TakeWhile(arg => arg.StartsWith('-')).Contains) is { } early) throw Failures.NoVerb("", [early]);
        if (HelpAsked(parsed, symbols) is { } request) return new RawArgs(request, path, verb, Nothing, [], []);
        if (verb is null) throw Failures.NoVerb(path, parsed.UnmatchedTokens);

        var values = ReadValues(parsed, symbols, verb);
        var arguments = symbols.Positional(parsed);
        // The parser takes an option that it does not know for an argument where there is room for one; a file of such a name goes behind "--".
        var unknown = parsed.UnmatchedTokens.FirstOrDefault() ?? (verb.Argument is { MayBeOptions: true } ? null : arguments.FirstOrDefault(argument => argument is ['-', _, ..]));
        if (unknown is not null) throw Failures.Unexpected(verb, unknown);
        if (parsed.Errors.Count > 0) throw Failures.Usage(verb, parsed.Errors[0].Message);
        if (!verb.TakesWorkload) (arguments, tail) = ([.. arguments, .. tail], []);
        if (arguments.Count < (verb.Argument?.Least ?? 0)) throw Failures.MissingArgument(verb);
        if (arguments.Count > (verb.Argument?.Most ?? 0)) throw Failures.Unexpected(verb, arguments[verb.Argument?.Most ?? 0]);
        return new RawArgs(Request.Run, path, verb, values, arguments, tail);
    }

    static readonly Dictionary<OptionSpec, IReadOnlyList<string>> Nothing = [];

    static Request? HelpAsked(ParseResult parsed, SymbolTree symbols)
    {
        bool Given(OptionSpec row) => symbols.ResultOf(parsed, row) is not null;
        return Given(OptionTable.ShortHelp) ? Options.Request.ShortHelp
            : Given(OptionTable.Help) ? Options.Request.LongHelp
            : Given(OptionTable.Version) ? Options.Request.Version : null;
    }

    static Dictionary<OptionSpec, IReadOnlyList<string>> ReadValues(ParseResult parsed, SymbolTree symbols, Verb verb)
    {
        var values = new Dictionary<OptionSpec, IReadOnlyList<string>>();
        foreach (var row in OptionTable.Of(verb))
        {
            if (symbols.ResultOf(parsed, row) is not { } result) continue;
            var texts = result.Tokens.Select(token => token.Value).ToArray();
            if (!row.IsSwitch && texts.Length < result.IdentifierTokenCount) throw Failures.MissingValue(verb, row);
            if (!row.IsRepeatable && result.IdentifierTokenCount > 1) throw Failures.GivenTwice(row, texts);
            values[row] = texts;
        }
        return values;
    }

    static string PathOf(CommandResult? result)
    {
        var words = new List<string>();
        for (; result?.Parent is CommandResult parent; result = parent) words.Insert(0, result.Command.Name);
        return string.Join(' ', words);
    }
}
