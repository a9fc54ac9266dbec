using System.Collections.Immutable;
using System.IO.Enumeration;
using SyscallProbe.Matrix;

namespace SyscallProbe.Doctor;

/// <summary>A handler in the configuration of containerd, CRI-O or Docker.</summary>
/// <param name="Engine">As the engine is called.</param>
/// <param name="File">The configuration that has it.</param>
/// <param name="Type">Its <c>runtime_type</c>; empty where it has none.</param>
/// <param name="Binary">The shim or runtime that it names by path; null where the type decides.</param>
/// <param name="ConfigPath">Of the shim or runtime; null where none is named.</param>
public sealed record EngineHandler(string Engine, string File, string Name, string Type, string? Binary, string? ConfigPath)
{
    static readonly Lazy<ImmutableArray<(string Field, string Glob, string Runtime)>> s_runtimes = new(() =>
        [.. PackedImage.Embedded.Table("kubernetes/handler-runtimes").Cells("field", "glob", "runtime").Select(cell => (cell[0], cell[1], cell[2]))]);

    /// <summary><c>gvisor</c>, <c>kata</c>, or null for another one, by type, binary and name (<c>data/kubernetes/handler-runtimes.csv</c>).</summary>
    public string? Runtime => RuntimeOf(Type, Binary, Name);

    /// <summary>The runtime of a handler of which only the name is known; null for another one.</summary>
    public static string? RuntimeOfName(string handler) => RuntimeOf("", null, handler);

    static string? RuntimeOf(string type, string? binary, string name)
    {
        foreach (var (field, glob, runtime) in s_runtimes.Value)
        {
            var value = field switch { "type" => type, "binary" => binary ?? "", _ => name };
            if (value.Length > 0 && FileSystemName.MatchesSimpleExpression(glob, value, ignoreCase: false)) return runtime;
        }
        return null;
    }
}
