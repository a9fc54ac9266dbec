using SyscallProbe.Matrix;
using SyscallProbe.Rules;

namespace SyscallProbe.Cli.Verbs;

/// <summary><c>matrix pack</c>: makes the packed knowledge from <c>data/</c>.</summary>
static class MatrixPack
{
    /// <summary>Where the image lies, from the repository's root.</summary>
    public const string ImagePath = "src/SyscallProbe.Core/Matrix/knowledge.bin";

    // Provenance for reviewers; no assessment reads it.
    static readonly string[] s_notPacked = ["SOURCES", "gvisor/sources", "kata/variants"];

    /// <summary>Packs every CSV and every finding's text below <paramref name="dataFolder"/>.</summary>
    public static byte[] Pack(string dataFolder)
    {
        var packer = new Packer();
        foreach (var path in Directory.EnumerateFiles(dataFolder, "*.csv", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var name = Path.GetRelativePath(dataFolder, path)[..^".csv".Length];
            if (s_notPacked.Contains(name)) continue;
            using var csv = File.OpenRead(path);
            packer.AddCsv(name, csv);
        }
        packer.AddRows(FindingTexts.TableName, FindingText.Columns, Findings(dataFolder).Select(text => text.Cells));
        packer.AddDerived();
        return packer.Pack();
    }

    static IEnumerable<FindingText> Findings(string dataFolder)
    {
        var folder = Path.Combine(dataFolder, "findings");
        return !Directory.Exists(folder) ? [] : Directory.EnumerateFiles(folder, "*.md").Order(StringComparer.Ordinal)
            .Select(path => FindingText.Parse($"data/findings/{Path.GetFileName(path)}", File.ReadAllText(path)));
    }

    /// <summary>Writes the image below <paramref name="root"/>, or with <paramref name="check"/> compares it with the one that is there.</summary>
    /// <returns>Whether the image on disk was already what <c>data/</c> gives.</returns>
    public static bool Run(string root, bool check)
    {
        var bytes = Pack(Path.Combine(root, "data"));
        var path = Path.Combine(root, ImagePath);
        var same = File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(bytes);
        if (!same && !check) File.WriteAllBytes(path, bytes);
        return same;
    }
}
