using System.Globalization;
using SyscallProbe.Matrix;

namespace SyscallProbe;

/// <summary>A positive kernel error number. Names are those of <c>include/uapi/asm-generic/errno-base.h</c> and <c>errno.h</c>, the same on amd64, arm64, i386 and x32.</summary>
public readonly record struct Errno(int Value)
{
    public static readonly Errno EPERM = new(1);
    public static readonly Errno ENOENT = new(2);
    public static readonly Errno EINTR = new(4);
    public static readonly Errno ENXIO = new(6);
    public static readonly Errno ENOSYS = new(38);

    /// <summary>The kernel's name, or the decimal number when it has none (<c>data/abi/errnos.csv</c>).</summary>
    public string Name => Names.Value.ByNumber.TryGetValue(Value, out var name) ? name : Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Reads a name or a positive decimal number; aliases (<c>EWOULDBLOCK</c>) are accepted.</summary>
    public static bool TryParse(string text, out Errno errno)
    {
        var known = Names.Value.ByName.TryGetValue(text, out var value)
            || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value is > 0 and < 4096);
        errno = known ? new Errno(value) : default;
        return known;
    }

    public override string ToString() => Name;

    static readonly Lazy<(Dictionary<int, string> ByNumber, Dictionary<string, int> ByName)> Names = new(() =>
    {
        var table = PackedImage.Embedded.Table("abi/errnos");
        int number = table.Column("errno"), name = table.Column("name"), alias = table.Column("alias");
        var byNumber = new Dictionary<int, string>();
        var byName = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var row = 0; row < table.RowCount; row++)
        {
            var value = int.Parse(table.Text(row, number), CultureInfo.InvariantCulture);
            byNumber[value] = table.Text(row, name);
            byName[table.Text(row, name)] = value;
            if (table.Text(row, alias) is { Length: > 0 } other) byName[other] = value;
        }
        return (byNumber, byName);
    });
}
