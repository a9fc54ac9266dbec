using System.Collections.Immutable;
using SyscallProbe.Rules;

namespace SyscallProbe.Cli.Options;

/// <summary>The settings by name, so that verbs say what they need and not where it comes from.</summary>
sealed partial class Settings
{
    /// <summary>One of the verb's formats.</summary>
    public string Format => Get(OptionTable.Format);

    /// <summary>Where the result goes; null is standard output.</summary>
    public string? OutputPath => TryGet(OptionTable.Output, out var path) ? path : null;

    /// <summary>The targets as given, in order and each once; the verb's own default where none is.</summary>
    /// <exception cref="FailureException">A target is not known.</exception>
    public ImmutableArray<Target> TargetsOr(params ReadOnlySpan<string> defaults)
    {
        var given = All(OptionTable.Target);
        var origin = OriginOf(OptionTable.Target).ToString();
        return [.. (given.IsEmpty ? [.. defaults] : given).Select(text => TargetParser.Parse(text, origin)).DistinctBy(target => target.ToString())];
    }

    /// <summary>The targets to judge by: those given, or the newest of each runtime that is known.</summary>
    /// <exception cref="FailureException">A target is not known.</exception>
    public ImmutableArray<Target> Targets => TargetsOr("gvisor", "kata");

    /// <summary>The architecture that syscall numbers are of.</summary>
    public Abi Arch => AbiNames.TryParse(Get(OptionTable.Arch), out var abi) ? abi : Abi.Amd64;

    /// <summary>One of <see cref="Recommend.Trusts.All"/>.</summary>
    public string Trust => Get(OptionTable.Trust);

    public FailOn FailOn => Get(OptionTable.FailOn);

    public bool IsQuiet => Has(OptionTable.Quiet);

    public bool IsDebug => Has(OptionTable.Debug);

    /// <summary>Whether colour is refused; a terminal is needed as well.</summary>
    public bool RefusesColour => Has(OptionTable.NoColor);
}
