using System.Collections.Immutable;
using System.Globalization;
using SyscallProbe.Matrix;
using SyscallProbe.Traces;

namespace SyscallProbe;

/// <summary>The arguments that decide, by syscall.</summary>
/// <remarks>
/// Facts: <c>data/abi/key-arguments.csv</c>. amd64, arm64 and x32 share the rows, since the positions are the same. i386 has none: its calls
/// lay 64-bit arguments out otherwise, and no target runs them. Everything is made on first use; <see cref="Of(Abi, Nr)"/> allocates nothing after that.
/// </remarks>
public sealed class KeyArguments
{
    static readonly Lazy<KeyArguments> s_known = new(() => new KeyArguments(PackedImage.Embedded));

    static readonly Lazy<ImmutableArray<KeyArgument>[]>[] s_byNr = [.. AbiNames.All.Select((_, abi) => new Lazy<ImmutableArray<KeyArgument>[]>(() => ByNr((Abi)abi)))];

    readonly Dictionary<string, ImmutableArray<KeyArgument>> _bySyscall;

    /// <exception cref="FailureException">The image has no key arguments or constants, or a row is not understood.</exception>
    public KeyArguments(PackedImage image)
    {
        Constants = new Constants(image);
        _bySyscall = Load(image.Table("abi/key-arguments"), Constants);
    }

    /// <summary>Those that this assembly was built with.</summary>
    public static KeyArguments Known => s_known.Value;

    /// <summary>The constants of the same image.</summary>
    public Constants Constants { get; }

    /// <summary>The key arguments of a syscall, by position and offset; empty when it has none or the number has no name.</summary>
    public static ImmutableArray<KeyArgument> Of(Abi abi, Nr nr)
    {
        var byNr = s_byNr[(int)abi].Value;
        return (uint)nr.Value < (uint)byNr.Length ? byNr[nr.Value] : [];
    }

    /// <summary>The key arguments of a syscall by its name on amd64 and arm64.</summary>
    public static ImmutableArray<KeyArgument> Of(string syscall) => Known.OfName(syscall);

    /// <summary>As <see cref="Of(string)"/>, in this image.</summary>
    public ImmutableArray<KeyArgument> OfName(string syscall) => _bySyscall.TryGetValue(syscall, out var keys) ? keys : [];

    /// <summary>Finds a key argument by the kernel's name, the manual page's name or <c>arg0</c> to <c>arg5</c>; null when the syscall has no such one.</summary>
    public static KeyArgument? Find(ImmutableArray<KeyArgument> keys, string name)
    {
        foreach (var key in keys)
        {
            if (key.Name == name) return key;
        }
        foreach (var key in keys)
        {
            if (key.Alias == name) return key;
        }
        if (name is ['a', 'r', 'g', >= '0' and <= '5' and var digit])
        {
            foreach (var key in keys)
            {
                if (key.Position == digit - '0' && key.Offset is null && key.Socket is null && key.Form != KeyForm.Operation) return key;
            }
        }
        return null;
    }

    /// <summary>Writes one argument of an observation as traces do: a decimal number, a symbol, symbols joined with <c>|</c>, or the class of a text.</summary>
    /// <param name="arguments">All arguments of the observation: the names of one may depend on the value of another.</param>
    public static string Format(Abi abi, Nr nr, ImmutableArray<Argument> arguments, Argument argument)
    {
        var key = Find(Of(abi, nr), argument.Name);
        return key is null
            ? argument.Value.ToString(CultureInfo.InvariantCulture)
            : Known.Constants.Format(key, argument.Value, abi, ValueOf(arguments, key.Depends));
    }

    /// <summary>Reads what <see cref="Format"/> writes; also hexadecimal numbers.</summary>
    /// <param name="others">The arguments that are known already; with those that the value depends on missing, a name is found where it is unambiguous.</param>
    public static bool TryParse(Abi abi, Nr nr, ImmutableArray<Argument> others, string name, string text, out ulong value)
    {
        var key = Find(Of(abi, nr), name);
        return key is null ? Constants.TryParseNumber(text, out value) : Known.Constants.TryParse(key, text, abi, ValueOf(others, key.Depends), out value);
    }

    static ulong? ValueOf(ImmutableArray<Argument> arguments, KeyArgument? key)
    {
        foreach (var argument in arguments)
        {
            if (argument.Name == key?.Name) return argument.Value;
        }
        return null;
    }

    static ImmutableArray<KeyArgument>[] ByNr(Abi abi)
    {
        var syscalls = Syscalls.All(abi);
        var result = new ImmutableArray<KeyArgument>[syscalls.Max(syscall => syscall.Nr.Value) + 1];
        Array.Fill(result, []);
        if (abi == Abi.I386) return result;
        // x32 has pointers of 4 bytes in its structs.
        foreach (var syscall in syscalls) result[syscall.Nr.Value] = abi == Abi.X32 ? Known.OfName(syscall.Name).RemoveAll(key => !key.Through.IsEmpty) : Known.OfName(syscall.Name);
        return result;
    }

    static Dictionary<string, ImmutableArray<KeyArgument>> Load(PackedTable table, Constants constantSets)
    {
        int syscall = table.Column("syscall"), position = table.Column("position"), name = table.Column("name"), alias = table.Column("alias"),
            form = table.Column("form"), mask = table.Column("mask"), constants = table.Column("constants"), offset = table.Column("offset"),
            through = table.Column("through"), length = table.Column("length"), socket = table.Column("socket"), depends = table.Column("depends"), only = table.Column("only"), lookup = table.Column("lookup");
        var result = new Dictionary<string, List<KeyArgument>>(StringComparer.Ordinal);
        for (var row = 0; row < table.RowCount; row++)
        {
            if (!result.TryGetValue(table.Text(row, syscall), out var keys)) result[table.Text(row, syscall)] = keys = [];
            var on = table.Text(row, depends) is { Length: > 0 } other ? keys.Find(key => key.Name == other) : null;
            var isText = table.Text(row, form) == "text";
            if (isText && !constantSets.TextSets.ContainsKey(table.Text(row, constants)))
            {
                throw new FailureException(new Failure(FailureCode.BadInput, $"'{table.Text(row, constants)}' is no set of data/abi/texts.csv", $"data/abi/key-arguments.csv:{row + 2}"));
            }
            keys.Add(new KeyArgument(
                table.Text(row, name),
                table.Text(row, alias),
                int.Parse(table.Text(row, position), CultureInfo.InvariantCulture),
                FormOf(table.Text(row, form)),
                isText ? ulong.MaxValue : table.Text(row, mask) is { Length: > 0 } bits && Constants.TryParseNumber(bits, out var value) ? value : 0,
                table.Text(row, constants),
                table.Text(row, offset) is { Length: > 0 } at ? int.Parse(at, CultureInfo.InvariantCulture) : null,
                on,
                table.Text(row, only) == "yes" ? constantSets.Choosing(table.Text(row, constants), on!) : [],
                table.Text(row, lookup) == "yes")
            {
                Through = [.. table.Text(row, through).Split('>', StringSplitOptions.RemoveEmptyEntries).Select(step => int.Parse(step, CultureInfo.InvariantCulture))],
                LengthAt = table.Text(row, length) is { Length: > 0 } bytes ? int.Parse(bytes, CultureInfo.InvariantCulture) : null,
                Socket = FactOf(table.Text(row, socket)),
                Default = DefaultOf(table.Text(row, table.Column("default")), table.Text(row, form), table.Text(row, constants), constantSets),
            });
        }
        return result.ToDictionary(entry => entry.Key, entry => entry.Value.ToImmutableArray(), StringComparer.Ordinal);
    }

    // Flags that are not given are none, unless some of their bits are a choice, as the socket's type is.
    static ulong? DefaultOf(string text, string form, string constants, Constants sets)
    {
        if (Constants.TryParseNumber(text, out var value)) return value;
        var hasChoice = constants.Split(' ').Any(name => sets.Set(name, Abi.Amd64) is { HasFields: true });
        return form == "flags" && !hasChoice ? 0 : null;
    }

    static SocketFact? FactOf(string text) => text switch
    {
        "" => null,
        "family" => SocketFact.Family,
        "netlink" => SocketFact.Netlink,
        _ => throw new FailureException(new Failure(FailureCode.BadInput, $"'{text}' is nothing that is asked of a socket", "data/abi/key-arguments.csv")),
    };

    static KeyForm FormOf(string text) => text switch
    {
        "enum" => KeyForm.Enum,
        "flags" => KeyForm.Flags,
        "number" => KeyForm.Number,
        "nonzero" => KeyForm.NonZero,
        "operation" => KeyForm.Operation,
        "path" => KeyForm.Path,
        "text" => KeyForm.Text,
        "fd" => KeyForm.Fd,
        _ => throw new FailureException(new Failure(FailureCode.BadInput, $"'{text}' is no form of a key argument", "data/abi/key-arguments.csv")),
    };
}
