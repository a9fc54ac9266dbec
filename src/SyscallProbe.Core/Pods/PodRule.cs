using System.Collections.Immutable;
using System.IO.Enumeration;
using SyscallProbe.Matrix;
using SyscallProbe.Report;
using SyscallProbe.Rules;

namespace SyscallProbe.Pods;

/// <summary>A row of <c>data/kubernetes/pod-rules.csv</c>: what a field of a pod means under a runtime.</summary>
/// <param name="Runtime"><c>gvisor</c>, <c>kata</c>, or <c>any</c> for what every RuntimeClass brings.</param>
/// <param name="When">Conditions on other fields of the same list entry, all of which must hold.</param>
/// <param name="Consequence">What the workload feels; null where the field does what it does under runc.</param>
/// <param name="Rule">The finding's id; empty where there is none.</param>
/// <param name="Source">Where the fact stands.</param>
sealed record PodRule(
    string Runtime, FlagTerms Configuration, string Since, string Until, PodField Field, PodValue Value, ImmutableArray<(PodField Field, PodValue Value)> When,
    OutcomeKind Outcome, Consequence? Consequence, string Rule, string? Condition, string? Effect, string Source)
{
    /// <summary>The packed table.</summary>
    public const string TableName = "kubernetes/pod-rules";

    static readonly Lazy<ImmutableArray<PodRule>> s_all = new(() => Read(PackedImage.Embedded));

    /// <summary>All, in the order in which they decide.</summary>
    public static ImmutableArray<PodRule> All => s_all.Value;

    /// <exception cref="FailureException">A row is not understood.</exception>
    public static ImmutableArray<PodRule> Read(PackedImage image)
    {
        var rows = image.Table(TableName).Cells("runtime", "configuration", "since", "until", "field", "value", "when", "outcome", "consequence", "rule", "condition", "effect", "source");
        return [.. rows.Select(Of)];
    }

    static PodRule Of(string[] cell, int row) =>
        new(cell[0], new FlagTerms(cell[1]), cell[2], cell[3], new PodField(cell[4]), new PodValue(cell[5]),
            [.. cell[6].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(term => term.Split('=', 2)).Select(term => (new PodField(term[0]), new PodValue(term[1])))],
            Word<OutcomeKind>(cell[7], row), cell[8].Length == 0 ? null : Word<Consequence>(cell[8], row), cell[9], Some(cell[10]), Some(cell[11]), cell[12]);

    static T Word<T>(string word, int row) where T : struct, Enum => Enum.TryParse<T>(word, ignoreCase: true, out var value)
        ? value : throw new FailureException(new Failure(FailureCode.BadInput, $"expected one of {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}, found '{word}'", $"data/{TableName}.csv:{row + 2}"));

    static string? Some(string cell) => cell.Length == 0 ? null : cell;
}

/// <summary>What a field's value must be: globs with <c>|</c> between them, <c>*</c> for any value, <c>absent</c> for none.</summary>
sealed class PodValue(string text)
{
    readonly ImmutableArray<string> _globs = [.. text.Split('|')];

    /// <param name="value">Null where the field is absent.</param>
    public bool Holds(string? value) => value is null ? _globs.Contains("absent") : _globs.Any(glob => glob != "absent" && FileSystemName.MatchesSimpleExpression(glob, value, ignoreCase: false));
}
