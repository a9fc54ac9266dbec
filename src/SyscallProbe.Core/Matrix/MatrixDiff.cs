using System.Globalization;

namespace SyscallProbe.Matrix;

/// <summary>One syscall that two targets treat otherwise. Cells are those of <see cref="GvisorMatrix.Columns"/>; null where the target has no such number.</summary>
public sealed record MatrixChange(int Nr, string Name, IReadOnlyList<string>? From, IReadOnlyList<string>? To)
{
    /// <summary>Whether level, errno and capability are the same, and only the runtime's remark differs.</summary>
    public bool IsNoteOnly => From is not null && To is not null && From.Take(From.Count - 1).SequenceEqual(To.Take(To.Count - 1));
}

/// <summary>Compares the rows of two targets on one architecture.</summary>
public static class MatrixDiff
{
    /// <summary>The changes from <paramref name="from"/> to <paramref name="to"/>, by number.</summary>
    public static IReadOnlyList<MatrixChange> Of(CsvFile from, CsvFile to)
    {
        var (before, after) = (ByNumber(from), ByNumber(to));
        var changes = new List<MatrixChange>();
        foreach (var nr in before.Keys.Union(after.Keys).Order())
        {
            var (a, b) = (before.GetValueOrDefault(nr), after.GetValueOrDefault(nr));
            if (a is null || b is null || !a.SequenceEqual(b)) changes.Add(new MatrixChange(nr, (b ?? a)![to.Column("name")], a, b));
        }
        return changes;
    }

    static Dictionary<int, IReadOnlyList<string>> ByNumber(CsvFile file)
    {
        var nr = file.Column("nr");
        return file.Rows.ToDictionary(row => int.Parse(row[nr], CultureInfo.InvariantCulture));
    }
}
