using System.CommandLine;
using System.CommandLine.Parsing;
using SyscallProbe.Cli.Verbs;

namespace SyscallProbe.Cli.Options;

/// <summary>The parser's symbols, made from <see cref="VerbTable"/> and <see cref="OptionTable"/>.</summary>
sealed class SymbolTree
{
    readonly Dictionary<Command, Dictionary<OptionSpec, Option>> _options = [];
    readonly Dictionary<Command, Argument<string[]>> _arguments = [];
    readonly Dictionary<Command, Verb> _verbs = [];

    public SymbolTree()
    {
        Root = new RootCommand();
        // Its own --help and --version print what is not made from our table.
        Root.Options.Clear();
        Root.Directives.Clear();
        AddOptions(Root, OptionTable.Root);
        var groups = VerbTable.Groups.ToDictionary(group => group.Name, group => new Command(group.Name));
        foreach (var verb in VerbTable.All)
        {
            var words = verb.Name.Split(' ');
            var command = new Command(words[^1]);
            AddOptions(command, OptionTable.Of(verb));
            if (verb.Argument is { } argument) AddArgument(command, argument);
            _verbs[command] = verb;
            if (words.Length == 1)
            {
                Root.Subcommands.Add(command);
                continue;
            }
            var group = groups[words[0]];
            if (group.Subcommands.Count == 0)
            {
                AddOptions(group, [OptionTable.ShortHelp, OptionTable.Help]);
                Root.Subcommands.Add(group);
            }
            group.Subcommands.Add(command);
        }
    }

    public RootCommand Root { get; }

    public IReadOnlyDictionary<Command, Verb> Verbs => _verbs;

    /// <summary>What the command line says of an option of its verb, or null when it is not there.</summary>
    public OptionResult? ResultOf(ParseResult parsed, OptionSpec row) =>
        _options.GetValueOrDefault(parsed.CommandResult.Command)?.GetValueOrDefault(row) is { } symbol
        && parsed.GetResult(symbol) is { Implicit: false } result ? result : null;

    public IReadOnlyList<string> Positional(ParseResult parsed) =>
        _arguments.TryGetValue(parsed.CommandResult.Command, out var symbol) && parsed.GetResult(symbol) is { } result
            ? [.. result.Tokens.Select(token => token.Value)] : [];

    void AddOptions(Command command, IEnumerable<OptionSpec> rows)
    {
        var made = _options[command] = [];
        foreach (var row in rows)
        {
            string[] aliases = row.Short is null ? [] : [row.Short];
            Option symbol = row.IsSwitch
                ? new Option<bool>(row.Long, aliases) { Arity = ArgumentArity.Zero }
                : new Option<string[]>(row.Long, aliases) { Arity = new ArgumentArity(0, 100_000), AllowMultipleArgumentsPerToken = false };
            made[row] = symbol;
            command.Options.Add(symbol);
        }
    }

    void AddArgument(Command command, ArgumentSpec argument)
    {
        // Counted by RawArgs, which words the errors.
        var symbol = new Argument<string[]>(argument.Variable) { Arity = new ArgumentArity(0, 100_000) };
        _arguments[command] = symbol;
        command.Arguments.Add(symbol);
    }
}
