using System.Collections.Immutable;
using SyscallProbe.Guest;
using SyscallProbe.Kubernetes;
using SyscallProbe.Matrix;
using SyscallProbe.Report;
using SyscallProbe.Rules;

namespace SyscallProbe.Recommend;

/// <summary>One aspect of the runtimes for a workload, side by side.</summary>
/// <param name="Aspect">What is compared.</param>
/// <param name="Cells">By runtime in the order of <see cref="Comparison.Runtimes"/>, each with how it is known in parentheses.</param>
public sealed record ComparedAspect(string Aspect, ImmutableArray<string> Cells);

/// <summary>Puts runc, gVisor and Kata side by side for a workload: its verdicts, and what is known of each runtime by <c>data/policy/comparison.csv</c>.</summary>
public static class Comparison
{
    const string NotKnown = "not published";

    public static IReadOnlyList<string> Runtimes { get; } = ["runc", "gvisor", "kata"];

    /// <summary>The aspects of a report, the verdict first. Of several targets of one runtime the one with the best verdict stands for it.</summary>
    public static ImmutableArray<ComparedAspect> Of(CheckReport report)
    {
        TargetReport?[] targets = [.. Runtimes.Select(runtime => Recommender.Best(report.Targets, runtime))];
        Target?[] parsed = [.. targets.Select(target => target is null ? null : TargetParser.Parse(target.Target, "report"))];
        var rows = PackedImage.Embedded.Table("policy/comparison").Cells("aspect", "runtime", "shims", "value", "basis").ToArray();
        return
        [
            new ComparedAspect("verdict", [.. targets.Select((target, index) => index == 0 ? OfRecording(report) : OfTarget(target))]),
            .. rows.GroupBy(row => row[0]).Select(aspect => new ComparedAspect(aspect.Key,
                [.. Runtimes.Select((runtime, index) => Cell(aspect.Where(row => row[1] == runtime), parsed[index], report))])),
        ];
    }

    static string OfRecording(CheckReport report) => report.Evidence.Succeeded switch
    {
        true => "works (measured)",
        false => "fails (measured)",
        null => report.Evidence.Events == 0 ? "not recorded" : "recorded; whether it worked is not known",
    };

    static string OfTarget(TargetReport? target) => target is null ? "not judged"
        : $"{target.Verdict.Word()} ({(target.Verification is not null ? "measured" : target.Rehearsal is not null ? "rehearsed" : "predicted")})";

    static string Cell(IEnumerable<string[]> rows, Target? target, CheckReport report)
    {
        // Without a target of Kata there is no guest to speak of: what holds for any is told.
        if (rows.FirstOrDefault(row => row[2].Length == 0 || (target is not null && NodeMark.IsOfShim(row[2], target))) is not { } row) return NotKnown;
        var guest = target?.Runtime == "kata" && row[3].Contains('{') ? GuestKernels.Known.FindOnAny(target, report.Subject.Arch) : null;
        if (guest is null && row[3].Contains('{')) return NotKnown;
        if (guest is { Overhead: null } && row[3].Contains("{overhead}", StringComparison.Ordinal)) return NotKnown;
        return $"{row[3].Replace("{kernel}", guest?.Kernel.TrimStart('v'), StringComparison.Ordinal).Replace("{overhead}", guest?.Overhead?.Memory, StringComparison.Ordinal)} ({row[4]})";
    }
}
