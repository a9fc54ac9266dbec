using SyscallProbe.Matrix;

namespace SyscallProbe.Rules;

/// <summary>The rows of the rule tables as they stand in <c>data/</c>, for people: <c>explain</c> and the documentation.</summary>
public static class RuleRows
{
    /// <summary>All rows of a finding, in the order of the tables: column and cell, in the order of the file.</summary>
    /// <param name="id">As in the column <c>rule</c>.</param>
    public static IEnumerable<IReadOnlyDictionary<string, string>> Of(PackedImage image, string id)
    {
        foreach (var name in image.TableNames.Where(IsRules))
        {
            var table = image.Table(name);
            var rule = table.Column("rule");
            for (var row = 0; row < table.RowCount; row++)
            {
                if (table.Text(row, rule) != id) continue;
                var cells = new Dictionary<string, string>(StringComparer.Ordinal);
                for (var column = 0; column < table.ColumnCount; column++) cells[table.Header(column)] = table.Text(row, column);
                yield return cells;
            }
        }
    }

    /// <summary>Every id that a rule names.</summary>
    public static IEnumerable<string> Ids(PackedImage image) =>
        from name in image.TableNames.Where(IsRules)
        let table = image.Table(name)
        from row in Enumerable.Range(0, table.RowCount)
        let id = table.Text(row, table.Column("rule"))
        where id.Length > 0
        select id;

    static bool IsRules(string table) => table.Split('/') is [_, "rules", _];
}
