using SyscallProbe.Matrix;

namespace SyscallProbe.Rules;

/// <summary>The texts of all findings, from the packed knowledge: available offline.</summary>
public static class FindingTexts
{
    /// <summary>The packed table that <c>data/findings/*.md</c> become.</summary>
    public const string TableName = "findings";

    static readonly Lazy<Dictionary<string, FindingText>> s_texts = new(() => Read(PackedImage.Embedded));

    /// <summary>All ids, in order.</summary>
    public static IEnumerable<string> Ids => s_texts.Value.Keys.Order(StringComparer.Ordinal);

    /// <summary>The text of a finding, or null when there is no such id.</summary>
    public static FindingText? Find(string id) => s_texts.Value.GetValueOrDefault(id);

    /// <summary>What to do about a finding, one sentence; says where to look when the id has no text.</summary>
    public static string RemedyOf(string id) => Find(id)?.Remedy ?? $"See the source of {id}.";

    static Dictionary<string, FindingText> Read(PackedImage image)
    {
        var texts = new Dictionary<string, FindingText>(StringComparer.Ordinal);
        var table = image.Table(TableName);
        var columns = FindingText.Columns.Select(table.Column).ToArray();
        for (var row = 0; row < table.RowCount; row++)
        {
            var cell = columns.Select(column => table.Text(row, column)).ToArray();
            texts[cell[0]] = new FindingText(cell[0], cell[1], cell[2], cell[3], cell[4], cell[5], cell[6], cell[7], cell[8]);
        }
        return texts;
    }
}
