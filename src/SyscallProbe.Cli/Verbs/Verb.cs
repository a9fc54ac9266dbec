using SyscallProbe.Cli.Options;

namespace SyscallProbe.Cli.Verbs;

/// <summary>Something the program does: its place on the command line and the work itself. One class each, listed in <see cref="VerbTable"/>.</summary>
abstract class Verb
{
    /// <summary>As typed: <c>check</c>, or with its group <c>matrix pack</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What it does: lower case, no full stop, at most 55 columns.</summary>
    public abstract string Summary { get; }

    /// <summary>For <c>--help</c>: full sentences; an empty line parts paragraphs.</summary>
    public abstract string Details { get; }

    /// <summary>Command lines that work, without <c>syscallprobe</c> in front.</summary>
    public abstract IReadOnlyList<string> Examples { get; }

    /// <summary>Rows of <see cref="OptionTable"/> beside the common ones.</summary>
    public virtual IReadOnlyList<OptionSpec> Options => [];

    /// <summary>Values of <c>--format</c>, the default first. Read only where <see cref="Options"/> has it.</summary>
    public virtual IReadOnlyList<string> Formats => ["table", "json"];

    /// <summary>What stands on the command line beside options; null when nothing does.</summary>
    public virtual ArgumentSpec? Argument => null;

    /// <summary>Whether what follows <c>--</c> is a command to run.</summary>
    public virtual bool TakesWorkload => false;

    /// <summary>Does the work.</summary>
    /// <exception cref="FailureException">It could not be done.</exception>
    public abstract ExitCode Run(Settings settings, CliHost host);
}

/// <summary>Positional arguments of a verb.</summary>
/// <param name="Variable">As in usage: <c>TRACE</c>.</param>
/// <param name="Most">Most that are allowed; <see cref="int.MaxValue"/> for any number.</param>
/// <param name="Summary">What they are, for help.</param>
sealed record ArgumentSpec(string Variable, int Least, int Most, string Summary)
{
    /// <summary>Whether they may begin as options do: they are another program's.</summary>
    public bool MayBeOptions { get; init; }

    /// <summary>As in usage: <c>[TRACE]...</c>.</summary>
    public string Usage => (Least == 0 ? $"[{Variable}]" : Variable) + (Most > 1 ? "..." : "");
}
