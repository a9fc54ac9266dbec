using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using SyscallProbe.Matrix;

namespace SyscallProbe;

/// <summary>The kernel's names for the values of arguments.</summary>
/// <remarks>Facts: <c>data/abi/constants.csv</c>, from the uapi headers of Linux v6.18. A set is made when it is first asked for. Thread-safe.</remarks>
public sealed class Constants
{
    static readonly Lazy<Constants> s_known = new(() => new Constants(PackedImage.Embedded));

    readonly PackedTable _table;
    readonly Dictionary<string, Range> _rows;
    readonly ConcurrentDictionary<(string Name, bool IsArm64), ConstantSet> _sets = new();
    readonly ImmutableSortedDictionary<string, TextSet> _texts;

    /// <exception cref="FailureException">The image has no constants or texts.</exception>
    public Constants(PackedImage image)
    {
        _table = image.Table("abi/constants");
        _rows = IndexSets(_table);
        _texts = TextSet.Load(image.Table("abi/texts"));
    }

    /// <summary>Those that this assembly was built with.</summary>
    public static Constants Known => s_known.Value;

    /// <summary>The set of that name with an ABI's values, or null when there is none.</summary>
    public ConstantSet? Set(string name, Abi abi)
    {
        var key = (name, abi == Abi.Arm64);
        if (_sets.TryGetValue(key, out var set)) return set;
        return _rows.TryGetValue(name, out var rows) ? _sets.GetOrAdd(key, ConstantSet.Load(_table, rows, key.Item2)) : null;
    }

    /// <summary>Names of all sets.</summary>
    public IEnumerable<string> SetNames => _rows.Keys;

    /// <summary>The sets of texts, by name.</summary>
    public IReadOnlyDictionary<string, TextSet> TextSets => _texts;

    /// <summary>Writes a value as a decimal number, a symbol, or symbols joined with <c>|</c> in bit order with an unknown rest in hexadecimal.</summary>
    /// <param name="on">Value of the argument that chooses the names (<see cref="KeyArgument.Depends"/>), where there is one and it is known.</param>
    public string Format(KeyArgument argument, ulong value, Abi abi, ulong? on = null)
    {
        if (argument.Form == KeyForm.Text) return _texts[argument.Constants].TextOf(value) ?? value.ToString(CultureInfo.InvariantCulture);
        if (argument.Depends is not null && on is null) return value.ToString(CultureInfo.InvariantCulture);
        foreach (var set in SetsOf(argument, abi, on))
        {
            if (set.Format(value, argument.Form) is { } text) return text;
        }
        return value.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Reads a number (decimal, or hexadecimal with <c>0x</c>), a symbol or an alias of it, or those joined with <c>|</c>; of a <see cref="KeyForm.Text"/> any text.</summary>
    /// <param name="on">As in <see cref="Format"/>; without it a symbol counts when all sets that have it agree on its value.</param>
    public bool TryParse(KeyArgument argument, string text, Abi abi, ulong? on, out ulong value)
    {
        value = argument.Form == KeyForm.Text ? _texts[argument.Constants].Parse(text) : 0;
        if (argument.Form == KeyForm.Text) return true;
        foreach (var part in text.Split('|'))
        {
            if (!TryParseNumber(part, out var bits) && !TryParseSymbol(SetsOf(argument, abi, on), part, out bits)) return false;
            value |= bits;
        }
        return true;
    }

    /// <summary>As the other overload, for a set that depends on nothing.</summary>
    public bool TryParse(string set, string text, Abi abi, out ulong value)
    {
        value = 0;
        var symbols = Set(set, abi);
        foreach (var part in text.Split('|'))
        {
            if (!TryParseNumber(part, out var bits) && symbols?.TryGetValue(part, out bits) != true) return false;
            value |= bits;
        }
        return true;
    }

    /// <summary>Reads a decimal number, or a hexadecimal one that begins with <c>0x</c>.</summary>
    public static bool TryParseNumber(string text, out ulong value) =>
        text.StartsWith("0x", StringComparison.Ordinal)
            ? ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value)
            : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    /// <summary>The values of an argument that have names, in the order of its sets; of a text those of its classes.</summary>
    /// <param name="on">As in <see cref="Format"/>.</param>
    internal IEnumerable<ulong> NamedValuesOf(KeyArgument argument, Abi abi, ulong? on) => argument.Form == KeyForm.Text
        ? Enumerable.Range(1, _texts[argument.Constants].Classes.Length).Select(value => (ulong)value)
        : SetsOf(argument, abi, on).SelectMany(set => set.Symbols).Select(symbol => symbol.Value);

    /// <summary>The values of <paramref name="argument"/> for which a set <c>PREFIX.SYMBOL</c> exists, on any ABI.</summary>
    internal ImmutableArray<ulong> Choosing(string prefix, KeyArgument argument) =>
        [.. SetNames.Where(name => name.StartsWith(prefix + ".", StringComparison.Ordinal))
            .Select(name => TryParse(argument.Constants, name[(prefix.Length + 1)..], Abi.Amd64, out var value)
                ? value
                : throw new FailureException(new Failure(FailureCode.BadInput, $"the set '{name}' is named after no constant of '{argument.Constants}'", "data/abi/constants.csv")))
            .Order()];

    IEnumerable<ConstantSet> SetsOf(KeyArgument argument, Abi abi, ulong? on)
    {
        if (argument.Constants.Length == 0) return [];
        var names = argument.Constants.Split(' ').AsEnumerable();
        if (argument.Depends is { } chooser)
        {
            names = on is null
                ? names.SelectMany(prefix => SetNames.Where(name => name.StartsWith(prefix + ".", StringComparison.Ordinal)))
                : names.Select(prefix => $"{prefix}.{Format(chooser, on.Value, abi)}");
        }
        return names.Select(name => Set(name, abi)).OfType<ConstantSet>();
    }

    static bool TryParseSymbol(IEnumerable<ConstantSet> sets, string symbol, out ulong value)
    {
        ulong? found = null;
        value = 0;
        foreach (var set in sets)
        {
            if (!set.TryGetValue(symbol, out value)) continue;
            if (found is { } other && other != value) return false;
            found = value;
        }
        value = found ?? 0;
        return found is not null;
    }

    static Dictionary<string, Range> IndexSets(PackedTable table)
    {
        var column = table.Column("set");
        var result = new Dictionary<string, Range>(StringComparer.Ordinal);
        for (int row = 0, first = 0; row < table.RowCount; row++)
        {
            if (row + 1 < table.RowCount && table.Id(row + 1, column) == table.Id(row, column)) continue;
            result.Add(table.Text(row, column), first..(row + 1));
            first = row + 1;
        }
        return result;
    }
}
