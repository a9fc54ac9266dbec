using System.Collections.Immutable;
using SyscallProbe.Matrix;

namespace SyscallProbe;

/// <summary>The classes into which the texts of one argument fall: file system types, the names of xattrs.</summary>
/// <remarks>
/// Facts: <c>data/abi/texts.csv</c>. A row is a text, or the beginning of one with <c>*</c> behind it; the longest that fits is a text's class, and every set has <c>*</c>, which fits all.
/// A class and not the text is recorded, since a workload may make any number of texts and only those that some kernel knows decide. Immutable.
/// </remarks>
public sealed class TextSet
{
    /// <summary>How a null pointer is written, which may stand for a text.</summary>
    public const string Null = "NULL";

    /// <summary>The value of a null pointer.</summary>
    public const ulong NullValue = 0;

    TextSet(string name, ImmutableArray<string> classes) => (Name, Classes) = (name, classes);

    public string Name { get; }

    /// <summary>The classes in ordinal order, so that all which begin alike stand together. The value of a class is its place from 1 on.</summary>
    public ImmutableArray<string> Classes { get; }

    /// <summary>The class of a text that a program gave; every text has one.</summary>
    public ulong ValueOf(string text)
    {
        var best = Classes.IndexOf(text);
        if (best >= 0) return (ulong)best + 1;
        for (var i = 0; i < Classes.Length; i++)
        {
            if (IsBeginning(Classes[i]) && text.AsSpan().StartsWith(Classes[i].AsSpan()[..^1]) && (best < 0 || Classes[i].Length > Classes[best].Length)) best = i;
        }
        return (ulong)best + 1;
    }

    /// <summary>As <see cref="ValueOf"/>, of what <see cref="TextOf"/> or a person writes: <see cref="Null"/> is a null pointer.</summary>
    public ulong Parse(string text) => text == Null ? NullValue : ValueOf(text);

    /// <summary>The class of a value, or null for one that has none.</summary>
    public string? TextOf(ulong value) => value == NullValue ? Null : value <= (ulong)Classes.Length ? Classes[(int)value - 1] : null;

    /// <summary>The values that a condition means: those of all classes that begin as it says, or the one of a class.</summary>
    /// <returns>False for a text that is in the class of others too: no call could be told from those.</returns>
    public bool TryRange(string pattern, out ulong low, out ulong high)
    {
        low = high = Parse(pattern);
        if (!IsBeginning(pattern)) return TextOf(low) == pattern;
        if (!Classes.Contains(pattern)) return false;
        var within = Enumerable.Range(1, Classes.Length).Where(value => Classes[value - 1].AsSpan().StartsWith(pattern.AsSpan()[..^1])).ToList();
        (low, high) = ((ulong)within[0], (ulong)within[^1]);
        return true;
    }

    /// <summary>Whether a class is that of all texts with this beginning.</summary>
    public static bool IsBeginning(string text) => text.EndsWith('*');

    /// <summary>Reads every set.</summary>
    /// <exception cref="FailureException">A set without <c>*</c>: some text would have no class.</exception>
    internal static ImmutableSortedDictionary<string, TextSet> Load(PackedTable table)
    {
        int set = table.Column("set"), text = table.Column("text");
        return Enumerable.Range(0, table.RowCount)
            .GroupBy(row => table.Text(row, set), row => table.Text(row, text))
            .ToImmutableSortedDictionary(rows => rows.Key, rows => Make(rows.Key, rows), StringComparer.Ordinal);
    }

    static TextSet Make(string name, IEnumerable<string> texts)
    {
        ImmutableArray<string> classes = [.. texts.Order(StringComparer.Ordinal)];
        return classes.Contains("*") ? new TextSet(name, classes) : throw new FailureException(new Failure(
            FailureCode.BadInput, $"the set '{name}' has no row '*' for the texts that none of its other rows fits", "data/abi/texts.csv"));
    }
}
