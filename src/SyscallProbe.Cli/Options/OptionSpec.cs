namespace SyscallProbe.Cli.Options;

/// <summary>The heading that an option stands under in help, in this order.</summary>
enum OptionCategory
{
    Target,
    Workload,
    Driving,
    Judging,
    Output,
    General,
}

/// <summary>One option as data: parsing, both helps, the environment variable and the documentation are made from it.</summary>
abstract class OptionSpec
{
    /// <summary>With its dashes: <c>--target</c>.</summary>
    public required string Long { get; init; }

    /// <summary>With its dash: <c>-f</c>; null for most.</summary>
    public string? Short { get; init; }

    /// <summary>What stands for the value in help: <c>TARGET</c>; null makes it a switch.</summary>
    public string? Variable { get; init; }

    public required OptionCategory Category { get; init; }

    /// <summary>For <c>-h</c>: lower case, no full stop, short enough for its line to have at most 79 columns.</summary>
    public required string Summary { get; init; }

    /// <summary>For <c>--help</c>: full sentences.</summary>
    public required string Details { get; init; }

    /// <summary>The option with a value, as typed.</summary>
    public required string Example { get; init; }

    /// <summary>The value where nothing gives one; null when there is none.</summary>
    public string? Default { get; init; }

    /// <summary>Says what happens without the option where that is no literal value; null when <see cref="Default"/> says it.</summary>
    public string? DefaultNote { get; init; }

    /// <summary>The only values allowed; empty when any is.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    public bool IsRepeatable { get; init; }

    /// <summary>What separates values in the variable and nowhere else. Newlines always do; options whose values hold no spaces are separated by these too.</summary>
    public bool SpacesSeparate { get; init; }

    /// <summary>False only where a variable makes no sense: <c>--help</c>, <c>--version</c>.</summary>
    public bool HasEnvironment { get; init; } = true;

    public bool IsSwitch => Variable is null;

    /// <summary><c>--health-timeout</c> is <c>SYSCALLPROBE_HEALTH_TIMEOUT</c>.</summary>
    public string EnvironmentName => "SYSCALLPROBE_" + Long[2..].Replace('-', '_').ToUpperInvariant();

    /// <summary>As in usage and help: <c>-f, --format FORMAT</c>.</summary>
    public string Usage => (Short is null ? "" : Short + ", ") + Long + (Variable is null ? "" : " " + Variable);

    /// <summary>Reads one value.</summary>
    /// <exception cref="FormatException">Its message says what was expected: "a duration such as 10s or 2m".</exception>
    public abstract object ReadValue(string text);

    /// <summary>Splits an environment variable into the texts of values.</summary>
    public IReadOnlyList<string> SplitEnvironment(string value) =>
        !IsRepeatable ? [value]
        : value.Split(SpacesSeparate ? [' ', '\t', '\n'] : ['\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

/// <summary>An option whose values are of one type.</summary>
sealed class OptionSpec<T> : OptionSpec where T : notnull
{
    /// <summary>Reads a value, or throws what <see cref="OptionSpec.ReadValue"/> says.</summary>
    public required Func<string, T> Read { get; init; }

    public override object ReadValue(string text) => Read(text);
}
