using System.Globalization;
using System.Text;
using System.Text.Json;

namespace SyscallProbe.Matrix.Upstream;

/// <summary>One syscall as a runsc prints it.</summary>
/// <param name="Note">May have several lines; the last ones can be <c>See: URL</c>.</param>
public sealed record RunscEntry(Abi Abi, int Nr, string Name, string Support, string Note);

/// <summary>Reads what <c>runsc help syscalls</c> prints about itself, as JSON or as CSV.</summary>
/// <remarks>
/// Facts: <c>runsc/cmd/syscalls.go</c>. It prints the table as compiled: in the releases with the VFS2 override that is not what the sandbox uses
/// (<see cref="Vfs2Override"/>).
/// </remarks>
public static class RunscTable
{
    const string CsvHeader = "OS,Arch,Num,Name,Support,Note";

    /// <summary>Whether the bytes look like one of the two forms, and not like help or an error text.</summary>
    public static bool HasForm(ReadOnlySpan<byte> output) => output.TrimStart(" \r\n\t"u8).StartsWith("{"u8) || output.IndexOf(Encoding.ASCII.GetBytes(CsvHeader)) >= 0;

    /// <exception cref="FailureException">The output has neither form, or a syscall has no number.</exception>
    public static IReadOnlyList<RunscEntry> Parse(byte[] output)
    {
        try
        {
            return output.AsSpan().TrimStart(" \r\n\t"u8).StartsWith("{"u8) ? ParseJson(output) : ParseCsv(output);
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or OverflowException)
        {
            throw NotUnderstood($"the output is damaged: {wrong.Message.TrimEnd('.')}", null, wrong);
        }
    }

    // {"linux": {"amd64": {"syscalls": {"0": {"name", "support", "note", "urls"}}}}}
    static List<RunscEntry> ParseJson(byte[] output)
    {
        var entries = new List<RunscEntry>();
        using var document = JsonDocument.Parse(output);
        foreach (var arch in document.RootElement.GetProperty("linux").EnumerateObject())
        {
            if (!TryAbi(arch.Name, out var abi)) continue;
            foreach (var syscall in arch.Value.GetProperty("syscalls").EnumerateObject())
            {
                var note = syscall.Value.TryGetProperty("note", out var text) ? text.GetString() ?? "" : "";
                if (syscall.Value.TryGetProperty("urls", out var urls) && urls.ValueKind == JsonValueKind.Array)
                {
                    foreach (var url in urls.EnumerateArray()) note += "\nSee: " + url.GetString();
                }
                entries.Add(new RunscEntry(abi, NumberOf(syscall.Name), syscall.Value.GetProperty("name").GetString() ?? "",
                    syscall.Value.GetProperty("support").GetString() ?? "", note));
            }
        }
        return entries;
    }

    // The header stands before each architecture's rows.
    static List<RunscEntry> ParseCsv(byte[] output)
    {
        var entries = new List<RunscEntry>();
        if (!HasForm(output)) throw NotUnderstood($"expected JSON or a CSV that begins with {CsvHeader}", null);
        var start = output.AsSpan().IndexOf(Encoding.ASCII.GetBytes(CsvHeader)); // warnings may come first
        using var csv = new MemoryStream(output, start, output.Length - start);
        foreach (var row in CsvFile.Read("runsc", csv).Rows)
        {
            if (row[0] != "linux" || !TryAbi(row[1], out var abi)) continue;
            entries.Add(new RunscEntry(abi, NumberOf(row[2]), row[3], row[4], row[5]));
        }
        return entries;
    }

    /// <summary>The rows in the form of <see cref="GvisorMatrix.Rows"/>, both architectures that are there after each other.</summary>
    /// <param name="errnos">Errno of each text that gVisor prints for one (<c>data/gvisor/errno-texts.csv</c>).</param>
    /// <exception cref="FailureException">An entry's support or note is not understood.</exception>
    public static CsvFile ToRows(IReadOnlyList<RunscEntry> entries, IReadOnlyDictionary<string, string> errnos)
    {
        var rows = new List<IReadOnlyList<string>>();
        foreach (var abi in entries.Select(entry => entry.Abi).Distinct().Order())
        {
            var listed = entries.Where(entry => entry.Abi == abi).ToDictionary(entry => entry.Nr);
            foreach (var nr in Syscalls.All(abi).Select(syscall => syscall.Nr.Value).Union(listed.Keys).Order())
            {
                var entry = listed.GetValueOrDefault(nr);
                var cell = entry is null ? LevelCell.Undefined(emits: true) : CellOf(entry, errnos);
                rows.Add([abi.Name(), nr.ToString(CultureInfo.InvariantCulture), Syscalls.NameOf(abi, new Nr(nr)) ?? entry!.Name,
                    cell.Level.Name(), cell.Errno, cell.Capability, cell.Note]);
            }
        }
        return new CsvFile("runsc", GvisorMatrix.Columns, rows);
    }

    // "TEXT; Returns "ERROR"." or "TEXT; Returns "ERROR" if the process does not have CAP_X; "ERROR" otherwise.", then lines "See: URL".
    static LevelCell CellOf(RunscEntry entry, IReadOnlyDictionary<string, string> errnos)
    {
        var note = string.Join(' ', entry.Note.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        var cell = new LevelCell(SupportLevel.Full, "", "", false, note, "");
        if (entry.Support == "Full Support") return cell with { Note = note == "Fully Supported." ? "" : note };
        if (entry.Support == "Partial Support") return cell with { Level = SupportLevel.Partial };
        const string returns = "Returns \"";
        var from = note.IndexOf(returns, StringComparison.Ordinal);
        var to = from < 0 ? -1 : note.IndexOf('"', from + returns.Length);
        if (entry.Support != "Unimplemented" || to < 0) throw NotUnderstood($"the support '{entry.Support}' with the note '{note}' is not understood", entry);
        var text = note[(from + returns.Length)..to];
        var errno = errnos.TryGetValue(text, out var known) ? known : throw NotUnderstood($"'{text}' is no known error text", entry);

        const string lacks = " if the process does not have ";
        var rest = note[(to + 1)..];
        var see = rest.IndexOf("See: ", StringComparison.Ordinal);
        var kept = string.Join(' ', new[] { note[..from].TrimEnd(' ', ';'), see < 0 ? "" : rest[see..] }.Where(part => part.Length > 0));
        if (!rest.StartsWith(lacks, StringComparison.Ordinal)) return cell with { Level = SupportLevel.Error, Errno = errno, Note = kept };
        var end = rest.IndexOf(';', lacks.Length);
        if (end < 0) throw NotUnderstood($"the note '{note}' is not understood", entry);
        return cell with { Level = SupportLevel.CapGate, Errno = errno, Capability = rest[lacks.Length..end], Note = kept };
    }

    static bool TryAbi(string arch, out Abi abi) => AbiNames.TryParse(arch, out abi) && abi is Abi.Amd64 or Abi.Arm64;

    static int NumberOf(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    static FailureException NotUnderstood(string what, RunscEntry? entry, Exception? inner = null) => new(new Failure(FailureCode.BadInput, what,
        entry is null ? "runsc help syscalls" : $"runsc help syscalls: {entry.Abi.Name()} {entry.Nr} {entry.Name}"), inner);
}
