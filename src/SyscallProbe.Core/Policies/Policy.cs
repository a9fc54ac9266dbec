using System.Collections.Immutable;
using SyscallProbe.Report;

namespace SyscallProbe.Policies;

/// <summary>What a team has decided for a gate, as in <c>.syscallprobe.yaml</c>; <c>schemas/policy.schema.json</c> describes the file.</summary>
/// <param name="File">As messages name it.</param>
/// <param name="Settings">Values of options by their name without dashes in front (<c>fail-on</c>), as texts with their line; the command line and the environment win over them.</param>
/// <param name="Consequences">By rule id: what its findings mean here, whatever was assessed.</param>
/// <param name="Waivers">In the order of the file.</param>
public sealed record Policy(
    string File, ImmutableDictionary<string, PolicySetting> Settings, ImmutableDictionary<string, Consequence> Consequences, ImmutableArray<Waiver> Waivers);

/// <summary>The value of an option in a policy.</summary>
/// <param name="Line">1-based.</param>
public sealed record PolicySetting(ImmutableArray<string> Texts, int Line);

/// <summary>A finding that is accepted until a day.</summary>
/// <param name="Rule">Id of the rule whose findings are meant.</param>
/// <param name="Statement">Why; never empty.</param>
/// <param name="Expires">The last day, in UTC, on which it holds.</param>
/// <param name="Line">Where it begins, 1-based.</param>
public sealed record Waiver(string Rule, WaiverScope Scope, string Statement, DateOnly Expires, int Line)
{
    /// <summary>Whether the day is past.</summary>
    public bool IsExpiredOn(DateOnly today) => today > Expires;
}
