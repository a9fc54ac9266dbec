using System.Globalization;
using System.Numerics;
using SyscallProbe.Matrix;

namespace SyscallProbe;

/// <summary>The names of one set of values, as one ABI has them.</summary>
/// <remarks>
/// A row with a <c>field</c> is one of several values of those bits (<c>SOCK_RAW</c> of 0xf); one without stands for its own bits. Immutable.
/// </remarks>
public sealed class ConstantSet
{
    readonly Dictionary<string, ulong> _values = new(StringComparer.Ordinal);
    readonly Dictionary<ulong, string> _names = [];
    readonly List<Symbol> _symbols = [];
    Symbol[] _byWidth = []; // those of many bits first: O_SYNC goes before O_DSYNC

    readonly record struct Symbol(string Name, ulong Value, ulong Field)
    {
        public bool IsField => Field != 0;

        public ulong Bits => IsField ? Field : Value;
    }

    /// <summary>Whether some bits hold one of several values instead of standing for themselves.</summary>
    public bool HasFields => _symbols.Any(symbol => symbol.IsField);

    /// <summary>The value of a symbol or of an alias of one.</summary>
    public bool TryGetValue(string symbol, out ulong value) => _values.TryGetValue(symbol, out value);

    /// <summary>Every symbol with its value, aliases left out, by ascending value on amd64.</summary>
    public IEnumerable<(string Name, ulong Value)> Symbols => _symbols.Select(symbol => (symbol.Name, symbol.Value));

    /// <summary>The symbol or symbols of a value.</summary>
    /// <returns>Null when no symbol fits any part of it: the caller writes a number.</returns>
    internal string? Format(ulong value, KeyForm form) => form == KeyForm.Flags ? FormatFlags(value) : _names.GetValueOrDefault(value);

    string? FormatFlags(ulong value)
    {
        var chosen = new List<Symbol>();
        ulong rest = value, decided = 0;
        foreach (var symbol in _byWidth)
        {
            var fits = symbol.IsField
                ? (value & symbol.Field) == symbol.Value && (decided & symbol.Field) == 0
                : symbol.Value != 0 && (rest & symbol.Value) == symbol.Value;
            if (!fits) continue;
            chosen.Add(symbol);
            decided |= symbol.Field;
            rest &= ~symbol.Value;
        }
        if (chosen.Count == 0) return null;
        var names = chosen.OrderBy(symbol => BitOperations.TrailingZeroCount(symbol.Value != 0 ? symbol.Value : symbol.Field)).Select(symbol => symbol.Name);
        return string.Join('|', rest == 0 ? names : names.Append("0x" + rest.ToString("x", CultureInfo.InvariantCulture)));
    }

    internal static ConstantSet Load(PackedTable table, Range rows, bool isArm64)
    {
        int name = table.Column("name"), value = table.Column("value"), arm64 = table.Column("arm64"), alias = table.Column("alias"), field = table.Column("field");
        var set = new ConstantSet();
        for (var row = rows.Start.Value; row < rows.End.Value; row++)
        {
            var text = isArm64 && table.Text(row, arm64) is { Length: > 0 } own ? own : table.Text(row, value);
            if (text == "-") continue; // the other ABI's alone
            if (!Constants.TryParseNumber(text, out var number)) throw Wrong(row, text);
            ulong bits = 0;
            if (table.Text(row, field) is { Length: > 0 } mask && !Constants.TryParseNumber(mask, out bits)) throw Wrong(row, mask);
            set.Add(new Symbol(table.Text(row, name), number, bits), table.Text(row, alias));
        }
        set._byWidth = [.. set._symbols.OrderByDescending(symbol => BitOperations.PopCount(symbol.Bits))];
        return set;
    }

    void Add(Symbol symbol, string aliases)
    {
        _symbols.Add(symbol);
        _names.TryAdd(symbol.Value, symbol.Name);
        _values.Add(symbol.Name, symbol.Value);
        foreach (var alias in aliases.Split(' ', StringSplitOptions.RemoveEmptyEntries)) _values.Add(alias, symbol.Value);
    }

    static FailureException Wrong(int row, string text) =>
        new(new Failure(FailureCode.BadInput, $"'{text}' is no number", $"data/abi/constants.csv:{row + 2}"));
}
