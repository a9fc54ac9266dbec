using System.Collections.Immutable;

namespace SyscallProbe.Rules;

/// <summary>A runtime, its release and its configuration: what findings are against.</summary>
/// <param name="Runtime"><c>gvisor</c>, <c>kata</c> or <c>runc</c>.</param>
/// <param name="Release">A release of it as its own repository tags it; empty for runc.</param>
/// <param name="Configuration">Flags as given, by name; those not given have the release's default.</param>
public sealed record Target(string Runtime, string Release, ImmutableSortedDictionary<string, string> Configuration)
{
    /// <summary>As in <c>--target</c>: <c>gvisor@release-20260817.0,net-raw=true</c>.</summary>
    public override string ToString() =>
        Runtime + (Release.Length == 0 ? "" : "@" + Release) + string.Concat(Configuration.Select(flag => $",{flag.Key}={flag.Value}"));
}
