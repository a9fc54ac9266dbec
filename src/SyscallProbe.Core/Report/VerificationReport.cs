using System.Collections.Immutable;

namespace SyscallProbe.Report;

/// <summary>What a workload did under the real sandbox, beside what was predicted.</summary>
/// <param name="Platform">runsc's platform, as <c>ptrace</c>.</param>
/// <param name="Result">What came of it.</param>
/// <param name="Kinds">Distinct kinds of call that the sandbox logged.</param>
/// <param name="Unparsed">Lines of its log that were not understood.</param>
/// <param name="Parting">The first call, if any, that failed there and not under runc; one that callers are known to bear counts only where there is no other.</param>
/// <param name="Defects">Where the sandbox did otherwise than predicted, in the order of its log.</param>
/// <param name="Output">The last lines that it wrote when it failed, as written; empty when it did not.</param>
public sealed record VerificationReport(
    string Platform, VerificationResult Result, int Kinds, ulong Unparsed, PartingCall? Parting, ImmutableArray<MatrixDefect> Defects, ImmutableArray<string> Output);

/// <summary>What a workload did under the real sandbox.</summary>
public enum VerificationResult
{
    /// <summary>It did its work.</summary>
    Works,

    /// <summary>It did not, and does under runc.</summary>
    Fails,

    /// <summary>Nobody can tell: it failed under runc as well, was stopped without a health check, or took too long.</summary>
    Unknown,
}

/// <summary>A call after which two runs part ways.</summary>
/// <param name="Call">As reports write it.</param>
/// <param name="Runc">What it gave under runc, as in traces; several joined by a comma.</param>
/// <param name="Sandbox">What it gave in the sandbox.</param>
/// <param name="Rule">The finding that says so; null when it was not predicted.</param>
public sealed record PartingCall(string Call, string Runc, string Sandbox, string? Rule);

/// <summary>A call that the real sandbox treats otherwise than predicted.</summary>
/// <param name="Predicted">In words, as <c>fails with EPERM</c>.</param>
/// <param name="Got">Its results in the sandbox, as in traces; several joined by a comma.</param>
/// <param name="Rule">The rule that says otherwise; null where there is none and the call was taken to work.</param>
public sealed record MatrixDefect(string Call, string Predicted, string Got, string? Rule);
