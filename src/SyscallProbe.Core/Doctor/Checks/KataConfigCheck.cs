using System.Text;
using SyscallProbe.Toml;

namespace SyscallProbe.Doctor.Checks;

/// <summary>Whether the configuration that a handler of Kata names is there, with the hypervisor, kernel and image that it names.</summary>
sealed class KataConfigCheck : DoctorCheck<NodeView>
{
    static readonly string[] s_parts = ["path", "kernel", "image", "initrd", "firmware"];

    protected override string Name => "kata-config";

    public override IEnumerable<DoctorLine> Judge(NodeView facts)
    {
        foreach (var handler in facts.HandlersOf("kata").Select(one => one.Handler).Where(handler => handler.ConfigPath is not null).DistinctBy(handler => handler.ConfigPath))
        {
            var path = handler.ConfigPath!;
            if (facts.Facts.Files.GetValueOrDefault(path) is { IsThere: false }) yield return Line("missing", path, ("handler", handler.Name));
            foreach (var (part, file) in PartsOf(facts.Facts.Files.GetValueOrDefault(path)?.Text, path))
            {
                if (facts.Facts.Files.GetValueOrDefault(file) is { IsThere: false }) yield return Line("part-missing", path, ("part", part), ("path", file));
            }
        }
    }

    /// <summary>The files that a configuration names, with the key that names each; none of a text that is no TOML.</summary>
    /// <param name="text">Null where it could not be read.</param>
    public static IReadOnlyList<(string Part, string Path)> PartsOf(string? text, string file)
    {
        if (text is null) return [];
        try
        {
            var toml = TomlFile.Read(Encoding.UTF8.GetBytes(text), file);
            return [.. from hypervisor in toml.KeysBelow("hypervisor")
                       from part in s_parts
                       let value = toml.Find("hypervisor", hypervisor, part)?.Text
                       where value is ['/', ..]
                       select (part == "path" ? "hypervisor" : part, value)];
        }
        catch (FailureException)
        {
            return [];
        }
    }
}
