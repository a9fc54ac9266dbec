using System.Collections.Immutable;
using System.Text.RegularExpressions;
using SyscallProbe.Matrix;

namespace SyscallProbe.Doctor.Cluster;

/// <summary>A message that is known, with what it means: a row of <c>data/kubernetes/pod-events.csv</c>.</summary>
/// <param name="Runtime"><c>gvisor</c>, <c>kata</c>, or <c>any</c>.</param>
/// <param name="Meaning">May hold <c>{name}</c> for a named group of the pattern, as <paramref name="Fix"/> may.</param>
public sealed record PodEvent(string Event, Regex Pattern, string Runtime, DoctorStatus Status, string Meaning, string Fix, string Source)
{
    static readonly Lazy<ImmutableArray<PodEvent>> s_all = new(() =>
        [.. PackedImage.Embedded.Table("kubernetes/pod-events").Cells("event", "pattern", "runtime", "status", "meaning", "fix", "source").Select(cell => new PodEvent(
            // Messages are made by workloads as well: their length must not decide how long this takes.
            cell[0], new Regex(cell[1], RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture), cell[2], Enum.Parse<DoctorStatus>(cell[3], ignoreCase: true), cell[4], cell[5], cell[6]))]);

    /// <summary>All, in the order in which they are tried.</summary>
    public static ImmutableArray<PodEvent> All => s_all.Value;

    /// <summary>The first that a message is one of; null for one that is not known.</summary>
    /// <param name="runtime">Of the pod; empty where that is not known, which rules none out.</param>
    public static PodEvent? Of(ClusterMessage message, string runtime) =>
        All.FirstOrDefault(known => (known.Runtime == "any" || runtime.Length == 0 || known.Runtime == runtime) && known.Pattern.IsMatch(message.Text));

    /// <summary>The line that explains messages of this kind.</summary>
    /// <param name="pods">Whose they are, in words.</param>
    /// <param name="first">One of them.</param>
    internal DoctorLine Explain(string pods, ClusterMessage first, string runtime, DoctorStatus status)
    {
        var match = Pattern.Match(first.Text);
        var values = match.Groups.Values.Where(group => group.Name.Length > 0 && !char.IsAsciiDigit(group.Name[0])).ToDictionary(group => group.Name, group => group.Value);
        return new DoctorLine("event", Event, Runtime == "any" ? runtime : Runtime, status, $"{pods}: {DoctorRow.Filled(Meaning, values)}", first.Text, DoctorRow.Filled(Fix, values), Source);
    }
}
