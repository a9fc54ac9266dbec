using System.Globalization;
using SyscallProbe.Guest;
using SyscallProbe.Kubernetes;
using SyscallProbe.Matrix;
using SyscallProbe.Report;
using SyscallProbe.Rules;
using SyscallProbe.Traces;

namespace SyscallProbe.Recommend;

/// <summary>Says what the policy compares, in the words of its columns, with where each comes from.</summary>
static class PolicyFacts
{
    /// <summary>A value with where it comes from.</summary>
    public readonly record struct Value(string Word, string Text);

    const string Unknown = "unknown", None = "none";

    /// <summary>A runtime's best verdict.</summary>
    public static Value OfVerdict(TargetReport? target) => target is null ? new Value(None, "no target of it was judged") : new Value(target.Verdict.Word(), target.Target);

    public static Value OfEvidence(Evidence evidence) => new(evidence.Grade.Word(), evidence.Events == 0 ? "nothing was recorded" : "");

    /// <summary>Whether it calls files often enough to feel what each call costs.</summary>
    public static Value OfFiles(WorkloadProfile profile)
    {
        if (profile.Calls == 0) return new Value(Unknown, "nothing was recorded");
        var share = (decimal)profile.FileCalls / profile.Calls;
        var isHeavy = profile.FileCalls >= Least("file_calls") && share >= Least("file_share");
        return new Value(isHeavy ? "heavy" : "light", string.Create(CultureInfo.InvariantCulture, $"{profile.FileCalls:N0} of {profile.Calls:N0} calls are of files alone"));
    }

    public static Value OfAccelerator(WorkloadProfile profile) =>
        profile.Accelerator is { } found ? new Value(found, profile.HasManifest ? "asked for or opened" : "its device was opened") : new Value(None, "");

    /// <summary>Whether its limit is smaller than what a guest of Kata takes by itself.</summary>
    public static Value OfMemory(WorkloadProfile profile, TargetReport? kata)
    {
        if (!profile.HasManifest) return new Value(Unknown, "no manifest");
        if (profile.MemoryLimitBytes is not { } limit) return new Value(None, "not every container has a limit");
        var text = $"limit {limit >> 20} MiB";
        return OverheadOf(kata) is { } overhead && limit <= overhead ? new Value("small", $"{text}, a guest takes {(long)overhead >> 20} MiB") : new Value("enough", text);
    }

    static decimal? OverheadOf(TargetReport? kata)
    {
        if (kata is null || TargetParser.Parse(kata.Target) is not { Runtime: "kata" } target) return null;
        // The overhead of a class is the same for all architectures that have it.
        return GuestKernels.Known.FindOnAny(target, Abi.Amd64).Overhead is { } overhead && Quantity.TryParse(overhead.Memory, out var bytes) ? bytes : null;
    }

    static decimal Least(string measure) => decimal.Parse(
        PackedImage.Embedded.Table("policy/thresholds").Cells("measure", "least").First(cell => cell[0] == measure)[1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
}
