using System.Collections.Immutable;

namespace SyscallProbe.Doctor;

/// <summary>What the doctor says of a node or a cluster.</summary>
/// <param name="ToolVersion">Of the tool that judged.</param>
/// <param name="Lines">In the order of their runtimes, worst first.</param>
/// <param name="Runtimes">Each runtime that can be, with what becomes of its pods.</param>
/// <param name="Verdict">The worst of all that counts: lines that concern every runtime, and runtimes that are here or asked for.</param>
/// <param name="Advice">What runs here, and what to mend first: a sentence without its full stop.</param>
public sealed record DoctorReport(string ToolVersion, ImmutableArray<DoctorLine> Lines, ImmutableArray<RuntimeReadiness> Runtimes, Readiness Verdict, string Advice)
{
    /// <summary>Version of the JSON document; grows only where a property changes its meaning.</summary>
    public const int SchemaVersion = 1;

    /// <summary>Judges by lines that checks have found.</summary>
    /// <param name="counting">Runtimes that are here or asked for; what is wrong with another one is a note.</param>
    /// <param name="strength">What there is to say of a runtime that is broken, for the advice; null where it can nothing.</param>
    internal static DoctorReport Of(string toolVersion, IEnumerable<DoctorLine> found, IReadOnlyCollection<string> counting, Func<string, string?> strength)
    {
        var lines = found.Select(line => line.Runtime.Length == 0 || counting.Contains(line.Runtime) || line.Status == DoctorStatus.Ok ? line : line with { Status = DoctorStatus.Note })
            .OrderBy(line => line.Runtime.Length == 0 ? 0 : NodeView.Runtimes.IndexOf(line.Runtime) + 1).ThenByDescending(line => line.Status).ToImmutableArray();
        ImmutableArray<RuntimeReadiness> runtimes =
            [.. NodeView.Runtimes.Select(runtime => new RuntimeReadiness(runtime, counting.Contains(runtime) ? ReadinessOf(lines.Where(line => line.Runtime == runtime)) : Readiness.Absent))];
        return new DoctorReport(toolVersion, lines, runtimes, ReadinessOf(lines), AdviceOf(lines, runtimes, strength));
    }

    static Readiness ReadinessOf(IEnumerable<DoctorLine> lines) => lines.Select(line => line.Status).DefaultIfEmpty(DoctorStatus.Unknown).Max() switch
    {
        DoctorStatus.Broken => Readiness.Broken,
        DoctorStatus.Unknown => Readiness.Unknown,
        DoctorStatus.Warning => Readiness.Warnings,
        _ => Readiness.Ready,
    };

    static string AdviceOf(ImmutableArray<DoctorLine> lines, ImmutableArray<RuntimeReadiness> runtimes, Func<string, string?> strength)
    {
        var isNodeBroken = lines.Any(line => line.Runtime.Length == 0 && line.Status == DoctorStatus.Broken);
        var parts = new List<string>();
        foreach (var (runtime, readiness) in runtimes)
        {
            var name = DoctorWords.NameOf(runtime);
            var mend = string.Join(", ", lines.Where(line => (line.Runtime == runtime || line.Runtime.Length == 0) && line.Status == DoctorStatus.Broken).Select(line => line.Check).Distinct());
            if (readiness is Readiness.Ready or Readiness.Warnings && !isNodeBroken) parts.Add($"{name} can be used here");
            else if (readiness == Readiness.Unknown && !isNodeBroken) parts.Add($"whether {name} can be used here is not known");
            else if (readiness != Readiness.Absent) parts.Add($"{(strength(runtime) is { } can ? can : $"{name} cannot be used here")}; to mend: {mend}");
        }
        return parts.Count == 0 ? "neither gVisor nor Kata is here" : string.Join(". ", parts);
    }
}

/// <summary>A runtime and what becomes of its pods.</summary>
public sealed record RuntimeReadiness(string Runtime, Readiness Readiness);
