using System.Collections.Immutable;

namespace SyscallProbe.Recording.Bundle;

/// <summary>The capabilities that options make of Docker's default set.</summary>
static class ContainerCapabilities
{
    /// <summary>The set a container gets, sorted by name.</summary>
    /// <param name="added">As a user writes them: <c>NET_ADMIN</c>, <c>cap_net_admin</c> or <c>ALL</c>.</param>
    /// <param name="available">What this process has and so can give; a mask.</param>
    /// <exception cref="FailureException">A name is not one of a capability, or names one that cannot be given.</exception>
    /// <remarks>
    /// As Docker does: <c>ALL</c> dropped leaves just what is added; <c>ALL</c> added, or privileged, gives whatever can be given but what is dropped.
    /// </remarks>
    public static ImmutableArray<string> Of(IReadOnlyList<string> added, IReadOnlyList<string> dropped, bool isPrivileged, ulong available)
    {
        ulong plus = MaskOf(added, "--cap-add"), minus = MaskOf(dropped, "--cap-drop");
        var isAll = isPrivileged || plus == Capabilities.All;
        // What is named in both is added: "drop ALL, add one" is the usual way to name a small set.
        var set = ((isAll ? available : Capabilities.DockerDefault) & ~minus) | (plus == Capabilities.All ? 0 : plus);
        if (NamesOf(set & ~available).FirstOrDefault() is { } missing) throw new FailureException(Failures.CapabilityNotHeld(missing));
        return [.. NamesOf(set).Order(StringComparer.Ordinal)];
    }

    static IEnumerable<string> NamesOf(ulong mask) => Enumerable.Range(0, 64).Where(number => (mask >> number & 1) != 0).Select(Capabilities.NameOf);

    static ulong MaskOf(IReadOnlyList<string> names, string option)
    {
        var mask = 0ul;
        foreach (var name in names)
        {
            if (name.Equals("ALL", StringComparison.OrdinalIgnoreCase)) mask = Capabilities.All;
            else if (Capabilities.TryParse(name.ToUpperInvariant(), out var number)) mask |= 1ul << number;
            else throw new FailureException(Failures.UnknownCapability(name, option, Capabilities.Names));
        }
        return mask;
    }
}
