using System.Globalization;
using System.Text.Json;

namespace SyscallProbe.Matrix;

/// <summary>What <c>matrix show</c> has for a gVisor release: each syscall with its level.</summary>
public static class GvisorMatrix
{
    static readonly Lazy<ILookup<(Abi Abi, int Nr), Alias>> s_aliases = new(ReadAliases);

    /// <summary>The columns, for Kata as for gVisor; a cell that does not apply is empty.</summary>
    public static IReadOnlyList<string> Columns { get; } = ["arch", "nr", "name", "level", "errno", "capability", "note"];

    /// <summary>A row per number of Linux v6.18's uapi table and any that gVisor alone has, by number.</summary>
    /// <param name="abi">amd64 or arm64: gVisor has no other tables.</param>
    /// <remarks>Names are the kernel's, or gVisor's where the kernel has none. Notes are gVisor's own, on one line.</remarks>
    public static CsvFile Rows(Release release, Abi abi)
    {
        var releases = GvisorReleases.Known;
        var levels = GvisorLevels.Known.At(release);
        var rows = new List<IReadOnlyList<string>>();
        foreach (var (nr, name) in Numbers(abi))
        {
            var entry = levels.EntryOf(abi, nr);
            rows.Add([abi.Name(), nr.ToString(), name, entry.Level.Name(), entry.Errno?.Name ?? "", entry.Capability ?? "", GvisorNotes.Known.NoteOf(abi, nr, release) ?? ""]);
        }
        return new CsvFile($"gvisor@{releases.NameOf(release)}", Columns, rows);
    }

    /// <summary>How many of the numbers of <see cref="Rows"/> have each level, in the order of <see cref="SupportLevel"/>.</summary>
    public static IReadOnlyList<int> Counts(Release release, Abi abi)
    {
        var levels = GvisorLevels.Known.At(release);
        var counts = new int[SupportLevelNames.All.Count];
        foreach (var (nr, _) in Numbers(abi)) counts[(int)levels.LevelOf(abi, nr)]++;
        return counts;
    }

    /// <summary>Writes the rows as one object.</summary>
    public static void Write(Utf8JsonWriter json, Release release, Abi abi)
    {
        json.WriteStartObject();
        json.WriteString("release", GvisorReleases.Known.NameOf(release));
        json.WriteString("date", GvisorReleases.Known.DateOf(release));
        json.WriteString("commit", GvisorReleases.Known.CommitOf(release));
        json.WriteString("arch", abi.Name());
        json.WriteStartArray("syscalls");
        foreach (var row in Rows(release, abi).Rows) WriteRow(json, row, AliasOf(abi, row, release));
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Writes one row of <see cref="Columns"/> as an object; an empty cell is null.</summary>
    internal static void WriteRow(Utf8JsonWriter json, IReadOnlyList<string> row, string? alias = null)
    {
        json.WriteStartObject();
        for (var i = 0; i < Columns.Count; i++)
        {
            if (Columns[i] == "nr") json.WriteNumber("nr", int.Parse(row[i], CultureInfo.InvariantCulture));
            else json.WriteString(Columns[i], row[i].Length == 0 ? null : row[i]);
        }
        if (alias is not null) json.WriteString("alias", alias);
        json.WriteEndObject();
    }

    // gVisor's own name at the release, where it is another than the kernel's.
    static string? AliasOf(Abi abi, IReadOnlyList<string> row, Release release) =>
        s_aliases.Value[(abi, int.Parse(row[1], CultureInfo.InvariantCulture))].FirstOrDefault(alias => alias.Since <= release && release <= alias.Until)?.Name;

    static IEnumerable<(Nr Nr, string Name)> Numbers(Abi abi)
    {
        var own = s_aliases.Value.Where(group => group.Key.Abi == abi && Syscalls.NameOf(abi, new Nr(group.Key.Nr)) is null)
            .Select(group => (Nr: new Nr(group.Key.Nr), group.Last().Name));
        return Syscalls.All(abi).Select(syscall => (syscall.Nr, syscall.Name)).Concat(own).OrderBy(row => row.Nr);
    }

    static ILookup<(Abi Abi, int Nr), Alias> ReadAliases()
    {
        var table = PackedImage.Embedded.Table("gvisor/names");
        int abi = table.Column("abi"), nr = table.Column("nr"), alias = table.Column("alias"), since = table.Column("since"), until = table.Column("until");
        var releases = GvisorReleases.Known;
        return Enumerable.Range(0, table.RowCount).Where(row => AbiNames.TryParse(table.Text(row, abi), out _)).ToLookup(
            row => (AbiNames.TryParse(table.Text(row, abi), out var which) ? which : default, int.Parse(table.Text(row, nr), CultureInfo.InvariantCulture)),
            row => new Alias(table.Text(row, alias), releases.Parse(table.Text(row, since)),
                table.Text(row, until) is { Length: > 0 } last ? releases.Parse(last) : releases.Newest));
    }

    sealed record Alias(string Name, Release Since, Release Until);
}
