using System.Globalization;
using SyscallProbe.Matrix;

namespace SyscallProbe.Rules;

/// <summary>One row of a rule CSV, read: its record without terms, and the terms for each ABI.</summary>
sealed record RuleRow(string Syscall, RuleRecord Record, Term[] Amd64, Term[] Arm64, string Configuration, string Place);

/// <summary>Reads the rows of the rule CSVs and collects everything that is wrong with them.</summary>
sealed class RuleCsvReader(PackedImage image)
{
    readonly GvisorReleases _releases = new(image);
    readonly KeyArguments _keys = new(image);
    readonly List<string> _wrong = [];

    public IEnumerable<RuleRow> Read(PackedTable csv, int table)
    {
        for (var row = 0; row < csv.RowCount; row++)
        {
            if (ReadRow(csv, table, row) is { } read) yield return read;
        }
    }

    /// <summary>Two rows of a syscall may share an order only where no release has both.</summary>
    public void RequireDistinctOrders(List<RuleRow> rows)
    {
        foreach (var group in rows.GroupBy(row => (row.Syscall, row.Record.Order)))
        {
            var sorted = group.OrderBy(row => row.Record.Since).ToArray();
            for (var i = 1; i < sorted.Length; i++)
            {
                if (sorted[i].Record.Since <= sorted[i - 1].Record.Until) _wrong.Add($"{sorted[i].Place}: the order {group.Key.Order} is taken at the same releases by {sorted[i - 1].Place}");
            }
        }
    }

    public void ThrowIfWrong()
    {
        if (_wrong.Count == 0) return;
        throw new FailureException(new Failure(FailureCode.BadInput, $"{_wrong.Count} rules are not understood", Failure.Places(_wrong)));
    }

    RuleRow? ReadRow(PackedTable csv, int table, int row)
    {
        string Cell(string column) => csv.Text(row, csv.Column(column));
        var place = $"data/{csv.Name}.csv:{row + 2}";
        var before = _wrong.Count;
        void Wrong(string what) => _wrong.Add($"{place}: {what}");

        var syscall = Cell("syscall");
        if (Syscalls.NrOf(Abi.Amd64, syscall) is null && Syscalls.NrOf(Abi.Arm64, syscall) is null) Wrong($"'{syscall}' is no syscall");
        if (!ushort.TryParse(Cell("order"), NumberStyles.None, CultureInfo.InvariantCulture, out var order)) Wrong($"'{Cell("order")}' is no order");
        var since = ReleaseOf(Cell("since"), Wrong);
        var until = Cell("until").Length == 0 ? _releases.Newest : ReleaseOf(Cell("until"), Wrong);
        if (since.Index > until.Index) Wrong($"it ends at {Cell("until")}, before it begins at {Cell("since")}");
        var fd = FdKind.Unknown;
        if (Cell("fd").Length > 0 && !FdKinds.TryParse(Cell("fd"), out fd)) Wrong($"'{Cell("fd")}' is no kind of file");
        if (!Enum.TryParse<OutcomeKind>(Cell("outcome"), ignoreCase: true, out var outcome) || outcome == OutcomeKind.Conditional) Wrong($"'{Cell("outcome")}' is no outcome of a rule: works, fails, ignored, differs or unknown");
        var errno = default(Errno);
        var hasErrno = Cell("errno").Length > 0;
        if ((outcome == OutcomeKind.Fails && !hasErrno) || (hasErrno && (outcome is not (OutcomeKind.Fails or OutcomeKind.Differs) || !Errno.TryParse(Cell("errno"), out errno)))) Wrong($"the outcome {Cell("outcome")} does not go with the errno '{Cell("errno")}'");
        if (outcome is OutcomeKind.Ignored or OutcomeKind.Differs or OutcomeKind.Unknown && Cell("effect").Length == 0) Wrong($"the outcome {Cell("outcome")} needs an effect");
        if (outcome != OutcomeKind.Works && Cell("rule").Length == 0) Wrong("it has no finding id");
        if (Cell("source").Length == 0 || Cell("symbol").Length == 0) Wrong("it has no source");
        var (has, lacks) = CapabilitiesOf(Cell("capability"), Wrong);

        var keys = _keys.OfName(syscall);
        var amd64 = TermParser.Parse(Cell("arguments"), keys, _keys.Constants, Abi.Amd64, out var wrongAmd64);
        var arm64 = TermParser.Parse(Cell("arguments"), keys, _keys.Constants, Abi.Arm64, out _);
        // A constant of one ABI alone leaves the other without such a rule; it can't be called there by that name either.
        if (amd64 is null && arm64 is null) Wrong(wrongAmd64);
        amd64 ??= [.. (arm64 ?? []).Select(_ => Impossible)];
        arm64 ??= [.. amd64.Select(_ => Impossible)];
        if (_wrong.Count > before) return null;

        var record = new RuleRecord
        {
            Has = has, Lacks = lacks, Since = (ushort)since.Index, Until = (ushort)until.Index, Table = checked((ushort)table), Row = checked((ushort)row),
            Errno = (ushort)errno.Value, Fd = fd, Outcome = (byte)outcome, HasPath = Cell("path").Length > 0, Order = order,
        };
        return new RuleRow(syscall, record, amd64, arm64, Cell("configuration"), place);
    }

    static readonly Term Impossible = new(0, 1, 1, 0, 0);

    Release ReleaseOf(string name, Action<string> wrong)
    {
        if (!_releases.TryParse(name, out var release)) wrong($"'{name}' is no known release");
        return release;
    }

    static (ulong Has, ulong Lacks) CapabilitiesOf(string text, Action<string> wrong)
    {
        ulong has = 0, lacks = 0;
        foreach (var part in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part[0] is not ('+' or '-') || !Capabilities.TryParse(part[1..], out var number)) wrong($"'{part}' is no capability with + or - in front");
            else if (part[0] == '+') has |= 1UL << number;
            else lacks |= 1UL << number;
        }
        return (has, lacks);
    }
}
