using System.Collections.Immutable;
using SyscallProbe.Cli.Verbs;
using SyscallProbe.Policies;

namespace SyscallProbe.Cli.Options;

/// <summary>What the run shall do, complete and checked: the command line over the environment over the policy over defaults.</summary>
sealed partial class Settings
{
    readonly Dictionary<OptionSpec, (ImmutableArray<object> Values, Origin Origin)> _values;

    Settings(Verb verb, Dictionary<OptionSpec, (ImmutableArray<object>, Origin)> values, RawArgs raw, Policy? policy, ImmutableArray<string> warnings)
    {
        Verb = verb;
        _values = values;
        Arguments = [.. raw.Arguments];
        Workload = [.. raw.Workload];
        Policy = policy;
        Warnings = warnings;
    }

    public Verb Verb { get; }

    /// <summary>Positional arguments: traces, reports, a rule.</summary>
    public ImmutableArray<string> Arguments { get; }

    /// <summary>The command after <c>--</c>; empty when there is none.</summary>
    public ImmutableArray<string> Workload { get; }

    /// <summary>The policy to judge by; null where there is none or the verb takes none.</summary>
    public Policy? Policy { get; }

    /// <summary>What is odd but no error, a sentence each.</summary>
    public ImmutableArray<string> Warnings { get; }

    /// <summary>Reads every option of the verb from the first source that has it.</summary>
    /// <param name="readPolicy">Reads the policy that an option names, or the one that is found where none does; null where there is none.</param>
    /// <exception cref="FailureException">A value is not what its option takes; the error names the option, the variable, or the policy's line.</exception>
    public static Settings Resolve(RawArgs raw, IReadOnlyDictionary<string, string> environment, Func<string?, Policy?> readPolicy)
    {
        var verb = raw.Verb ?? throw new ArgumentException("a verb is needed", nameof(raw));
        SettingSource[] given = [FromCommandLine(raw), FromEnvironment(environment)];
        var policy = verb.Options.Contains(OptionTable.Policy) ? readPolicy(given.Select(source => source(OptionTable.Policy)?.Texts[0]).FirstOrDefault(text => text is not null)) : null;
        SettingSource[] sources = [.. given, FromPolicy(policy), FromDefaults(verb)];
        var values = new Dictionary<OptionSpec, (ImmutableArray<object>, Origin)>();
        foreach (var row in OptionTable.Of(verb))
        {
            foreach (var source in sources)
            {
                if (source(row) is not var (texts, origin)) continue;
                values[row] = ([.. texts.Select(text => Read(row, text, origin, verb))], origin);
                break;
            }
        }
        return new Settings(verb, values, raw, policy, [.. UnknownVariables(environment)]);
    }

    /// <summary>Every option that has a value, with the value as text and where it came from, in the order of the table.</summary>
    public IEnumerable<(OptionSpec Row, IEnumerable<string?> Values, Origin Origin)> Given =>
        from row in OptionTable.Of(Verb)
        where _values.ContainsKey(row)
        select (row, _values[row].Values.Select(value => value.ToString()), _values[row].Origin);

    /// <summary>Where the option's value came from; the default when nothing gave one.</summary>
    public Origin OriginOf(OptionSpec row) => _values.TryGetValue(row, out var found) ? found.Origin : new Origin(OriginKind.Default, row.Long);

    /// <summary>Whether the command line, the environment or the policy gives an option a value; for a switch, the one that turns it on.</summary>
    public bool IsGiven(OptionSpec row) => _values.TryGetValue(row, out var found) && found.Origin.Kind != OriginKind.Default && found.Values is not [false];

    /// <summary>Whether a switch is on.</summary>
    public bool Has(OptionSpec<bool> row) => _values.TryGetValue(row, out var found) && (bool)found.Values[0];

    /// <summary>The value of an option, or false when nothing gives one.</summary>
    public bool TryGet<T>(OptionSpec<T> row, out T value) where T : notnull
    {
        var given = _values.TryGetValue(row, out var found) && found.Values.Length > 0;
        value = given ? (T)found.Values[0] : default!;
        return given;
    }

    /// <summary>The value of an option that has a default.</summary>
    public T Get<T>(OptionSpec<T> row) where T : notnull =>
        TryGet(row, out var value) ? value : throw new InvalidOperationException($"{row.Long} is not an option of '{Verb.Name}' or has no default");

    /// <summary>All values of a repeatable option, in order; empty when nothing gives one.</summary>
    public ImmutableArray<T> All<T>(OptionSpec<T> row) where T : notnull =>
        _values.TryGetValue(row, out var found) ? [.. found.Values.Select(value => (T)value)] : [];

    static object Read(OptionSpec row, string text, Origin origin, Verb verb)
    {
        var choices = OptionTable.ChoicesOf(row, verb);
        if (choices.Count > 0 && !choices.Contains(text)) throw Failures.NotAChoice(row, text, origin, choices);
        try
        {
            return row.ReadValue(text);
        }
        catch (FormatException expected)
        {
            throw Failures.BadValue(row, text, origin, expected.Message);
        }
    }

    static SettingSource FromCommandLine(RawArgs raw) => row =>
        raw.Values.TryGetValue(row, out var texts) ? (row.IsSwitch ? ["true"] : texts, new Origin(OriginKind.CommandLine, row.Long)) : null;

    // An empty variable is as good as none, as with NO_COLOR.
    static SettingSource FromEnvironment(IReadOnlyDictionary<string, string> environment) => row =>
        row.HasEnvironment && environment.TryGetValue(row.EnvironmentName, out var value) && value.Length > 0
            ? (row.SplitEnvironment(value), new Origin(OriginKind.Environment, row.EnvironmentName)) : null;

    // By the names of a policy: those of the options, and a list in the plural.
    static SettingSource FromPolicy(Policy? policy) => row =>
        policy is not null && policy.Settings.TryGetValue(row.IsRepeatable ? row.Long[2..] + "s" : row.Long[2..], out var setting)
            ? (setting.Texts, new Origin(OriginKind.Policy, $"{policy.File}:{setting.Line}")) : null;

    static SettingSource FromDefaults(Verb verb) => row =>
        OptionTable.DefaultOf(row, verb) is { } text ? ([text], new Origin(OriginKind.Default, row.Long)) : null;

    static IEnumerable<string> UnknownVariables(IReadOnlyDictionary<string, string> environment)
    {
        var known = OptionTable.All.Where(row => row.HasEnvironment).Select(row => row.EnvironmentName).ToArray();
        return from name in environment.Keys.Order(StringComparer.Ordinal)
               where name.StartsWith("SYSCALLPROBE_", StringComparison.Ordinal) && !known.Contains(name)
               select $"the variable {name} belongs to no option{Nearest.Meant(name, known)}";
    }
}
