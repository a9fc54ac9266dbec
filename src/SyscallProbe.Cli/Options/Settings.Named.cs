namespace SyscallProbe.Cli.Options;

/// <summary>The settings by name, so that verbs say what they need and not where it comes from.</summary>
sealed partial class Settings
{
    /// <summary>One of the verb's formats.</summary>
    public string Format => Get(OptionTable.Format);

    /// <summary>Where the result goes; null is standard output.</summary>
    public string? OutputPath => TryGet(OptionTable.Output, out var path) ? path : null;

    public bool IsQuiet => Has(OptionTable.Quiet);

    public bool IsDebug => Has(OptionTable.Debug);

    /// <summary>Whether colour is refused; a terminal is needed as well.</summary>
    public bool RefusesColour => Has(OptionTable.NoColor);
}
