using System.Text;
using SyscallProbe.Matrix;

namespace SyscallProbe.Doctor;

/// <summary>What a check can find: a row of <c>data/kubernetes/doctor.csv</c>.</summary>
/// <param name="Runtime"><c>*</c> where the check says of which runtime it speaks.</param>
/// <param name="Text">May hold <c>{name}</c> for values that the check gives, as <paramref name="Fix"/> may.</param>
public sealed record DoctorRow(string Check, string Case, string Runtime, DoctorStatus Status, string Text, string Fix, string Source)
{
    static readonly Lazy<Dictionary<(string, string), DoctorRow>> s_all = new(() =>
        PackedImage.Embedded.Table("kubernetes/doctor").Cells("check", "case", "runtime", "status", "text", "fix", "source")
            .Select(cell => new DoctorRow(cell[0], cell[1], cell[2], Enum.Parse<DoctorStatus>(cell[3], ignoreCase: true), cell[4], cell[5], cell[6]))
            .ToDictionary(row => (row.Check, row.Case)));

    /// <summary>All, in the order of the file.</summary>
    public static IReadOnlyCollection<DoctorRow> All => s_all.Value.Values;

    /// <summary>A line of the row with its values filled in.</summary>
    /// <param name="evidence">What was seen, and where.</param>
    /// <param name="runtime">For a row of <c>*</c>.</param>
    /// <param name="status">Where the row's own is too hard or too mild here.</param>
    public static DoctorLine Line(string check, string name, string evidence, IReadOnlyDictionary<string, string> values, string? runtime = null, DoctorStatus? status = null)
    {
        var row = s_all.Value[(check, name)];
        return new DoctorLine(check, name, row.Runtime == "*" ? runtime ?? "" : row.Runtime, status ?? row.Status, Filled(row.Text, values), evidence,
            Filled(row.Fix, values) is { Length: > 0 } fix ? fix : null, row.Source.Length == 0 ? null : row.Source);
    }

    /// <summary>A text with each <c>{name}</c> that has a value replaced, in one pass: a value that looks like a name stays as it is.</summary>
    public static string Filled(string text, IReadOnlyDictionary<string, string> values)
    {
        var filled = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length;)
        {
            var end = text[at] == '{' ? text.IndexOf('}', at) : -1;
            if (end > 0 && values.TryGetValue(text[(at + 1)..end], out var value))
            {
                filled.Append(value);
                at = end + 1;
            }
            else
            {
                filled.Append(text[at++]);
            }
        }
        return filled.ToString();
    }
}
