using System.Collections.Immutable;

namespace SyscallProbe.Rules;

/// <summary>A target with outcomes that the user forces on it, for experiments: <c>outcome:clone3=EPERM</c> in its configuration.</summary>
public sealed class ForcedModel : ITargetModel
{
    /// <summary>What such a key begins with; the syscall follows.</summary>
    public const string Prefix = "outcome:";

    /// <summary>The value for a call that goes as on Linux; any other is an errno.</summary>
    public const string Works = "works";

    const string Rule = "GV0009", Source = "forced by --target";

    readonly ITargetModel _inner;
    readonly ImmutableDictionary<string, Prediction> _forced;

    ForcedModel(Target target, ITargetModel inner) =>
        (Target, _inner, _forced) = (target, inner, target.Configuration.Where(IsForced).ToImmutableDictionary(entry => entry.Key[Prefix.Length..], entry => Forced(entry.Value)));

    public Target Target { get; }

    public ulong StrippedCapabilities => _inner.StrippedCapabilities;

    public Prediction Predict(Call call) => call.Syscall is { } name && _forced.TryGetValue(name, out var forced) ? forced : _inner.Predict(call);

    /// <summary>The target's model, wrapped where it has forced outcomes.</summary>
    /// <param name="make">Makes the model of the target without them.</param>
    public static ITargetModel Of(Target target, Func<Target, ITargetModel> make)
    {
        var forced = target.Configuration.Where(IsForced).Select(entry => entry.Key).ToArray();
        return forced.Length == 0 ? make(target) : new ForcedModel(target, make(target with { Configuration = target.Configuration.RemoveRange(forced) }));
    }

    /// <summary>Whether an entry of a configuration forces an outcome.</summary>
    public static bool IsForced(KeyValuePair<string, string> entry) => entry.Key.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>What is wrong with such an entry and what is expected; null when nothing is.</summary>
    public static (string What, string Fix)? Check(KeyValuePair<string, string> entry)
    {
        var syscall = entry.Key[Prefix.Length..];
        if (Syscalls.NrOf(Abi.Amd64, syscall) is null && Syscalls.NrOf(Abi.Arm64, syscall) is null)
        {
            return ($"unknown syscall '{syscall}'", "name it as the kernel does, as in outcome:clone3=EPERM");
        }
        return entry.Value == Works || Errno.TryParse(entry.Value, out _) ? null : ($"'{entry.Value}' is no outcome to force", $"an errno as EPERM, or {Works}");
    }

    static Prediction Forced(string value) => new(value == Works
        ? new Outcome(OutcomeKind.Works, Source: Source)
        : new Outcome(OutcomeKind.Fails, Errno.TryParse(value, out var errno) ? errno : throw new FormatException(value), Rule: Rule, Source: Source));
}
