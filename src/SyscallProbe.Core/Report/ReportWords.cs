using SyscallProbe.Rules;
using SyscallProbe.Traces;

namespace SyscallProbe.Report;

/// <summary>The words of the JSON contract for the model's enums: lower case, the same in every format.</summary>
public static class ReportWords
{
    public static string Word(this Verdict verdict) => Lower(verdict.ToString());

    public static string Word(this FixKind kind) => Lower(kind.ToString());

    public static string Word(this Consequence consequence) => Lower(consequence.ToString());

    public static string Word(this WaiverState state) => Lower(state.ToString());

    public static string Word(this BaselineState state) => Lower(state.ToString());

    public static string Word(this Certainty certainty) => Lower(certainty.ToString());

    public static string Word(this OutcomeKind outcome) => Lower(outcome.ToString());

    public static string Word(this RehearsalResult result) => Lower(result.ToString());

    public static string Word(this VerificationResult result) => Lower(result.ToString());

    public static string Word(this EvidenceGrade grade) => Lower(grade.ToString());

    public static string Word(this Phase phase) => Lower(phase.ToString());

    /// <summary>The order of consequences: 0 is the most severe, 3 the least. What is not known may be blocking and comes before degraded.</summary>
    public static int Rank(this Consequence consequence) => consequence switch
    {
        Consequence.Blocking => 0,
        Consequence.Unknown => 1,
        Consequence.Degraded => 2,
        _ => 3,
    };

    /// <summary>The order of verdicts: 0 is the worst, 3 the best. What is not known may be incompatible and comes before what runs.</summary>
    public static int Rank(this Verdict verdict) => verdict switch
    {
        Verdict.Incompatible => 0,
        Verdict.Inconclusive => 1,
        Verdict.Caveats => 2,
        _ => 3,
    };

    static string Lower(string name) => name.ToLowerInvariant();
}
