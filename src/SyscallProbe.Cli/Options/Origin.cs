namespace SyscallProbe.Cli.Options;

/// <summary>Where a setting's value came from, strongest first.</summary>
enum OriginKind
{
    CommandLine,
    Environment,
    Policy,
    Default,
}

/// <summary>Where a setting's value came from, as an error names it: <c>--format</c>, <c>SYSCALLPROBE_FORMAT</c>, <c>.syscallprobe.yaml:3</c>.</summary>
readonly record struct Origin(OriginKind Kind, string Name)
{
    public override string ToString() => Kind == OriginKind.Default ? "default" : Name;
}

/// <summary>One place that values come from: gives the texts for an option with their origin, or null when it says nothing of it.</summary>
delegate (IReadOnlyList<string> Texts, Origin Origin)? SettingSource(OptionSpec row);
