using System.Globalization;
using SyscallProbe.Matrix;

namespace SyscallProbe;

/// <summary>The kernel's capabilities. A set of them is a mask, bit n for number n.</summary>
/// <remarks>Facts: <c>data/abi/capabilities.csv</c>, from <c>include/uapi/linux/capability.h</c> (v6.18); Docker's default set from moby's <c>oci/caps/defaults.go</c>.</remarks>
public static class Capabilities
{
    /// <summary>What Docker gives a container unless told otherwise.</summary>
    public static ulong DockerDefault => s_table.Value.DockerDefault;

    /// <summary>Every capability that the kernel has: what a privileged container gets.</summary>
    public static ulong All => s_table.Value.All;

    /// <summary>The kernel's name, <c>CAP_NET_RAW</c>; the decimal number when it has none.</summary>
    public static string NameOf(int number) =>
        s_table.Value.Names.TryGetValue(number, out var name) ? name : number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Reads <c>CAP_NET_RAW</c> or <c>NET_RAW</c>; upper case only, as the kernel and OCI write them.</summary>
    /// <param name="number">Bit of the mask, 0 to 63.</param>
    public static bool TryParse(string text, out int number) =>
        s_table.Value.Numbers.TryGetValue(text.StartsWith("CAP_", StringComparison.Ordinal) ? text : "CAP_" + text, out number);

    /// <summary>All names, by number: the choices of an error.</summary>
    public static IEnumerable<string> Names => s_table.Value.Names.Values;

    static readonly Lazy<Table> s_table = new(() => new Table());

    sealed class Table
    {
        public readonly SortedDictionary<int, string> Names = [];
        public readonly Dictionary<string, int> Numbers = new(StringComparer.Ordinal);
        public readonly ulong All, DockerDefault;

        public Table()
        {
            var table = PackedImage.Embedded.Table("abi/capabilities");
            int name = table.Column("name"), number = table.Column("number"), docker = table.Column("docker");
            for (var row = 0; row < table.RowCount; row++)
            {
                var bit = int.Parse(table.Text(row, number), CultureInfo.InvariantCulture);
                Names.Add(bit, table.Text(row, name));
                Numbers.Add(table.Text(row, name), bit);
                All |= 1ul << bit;
                if (table.Text(row, docker) == "yes") DockerDefault |= 1ul << bit;
            }
        }
    }
}
