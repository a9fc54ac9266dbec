using System.Collections.Immutable;
using SyscallProbe.Matrix;

namespace SyscallProbe.Doctor;

/// <summary>Where nodes have their files and programs: <c>data/kubernetes/node-files.csv</c> and <c>node-programs.csv</c>.</summary>
public static class NodePlaces
{
    /// <summary>Paths of a kind, the first one first.</summary>
    /// <param name="owner"><c>containerd</c>, <c>crio</c>, <c>docker</c>, <c>kubelet</c> or <c>runsc</c>.</param>
    /// <param name="kind"><c>config</c> or <c>folder</c>.</param>
    public static ImmutableArray<string> Files(string owner, string kind) =>
        [.. PackedImage.Embedded.Table("kubernetes/node-files").Cells("owner", "kind", "path").Where(cell => cell[0] == owner && cell[1] == kind).Select(cell => cell[2])];

    /// <summary>Folders beside PATH that may have one of <see cref="Programs"/>.</summary>
    public static ImmutableArray<string> FoldersOf(string program) => Programs.First(row => row.Program == program).Folders;

    /// <summary>The programs that are looked for: how each is asked for its version, and folders beside PATH.</summary>
    public static ImmutableArray<(string Program, string Argument, ImmutableArray<string> Folders)> Programs =>
        [.. PackedImage.Embedded.Table("kubernetes/node-programs").Cells("program", "arguments", "places").Select(cell => (cell[0], cell[1], cell[2].Split(' ').ToImmutableArray()))];
}
