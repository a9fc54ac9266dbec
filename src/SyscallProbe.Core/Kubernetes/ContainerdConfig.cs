using System.Collections.Immutable;
using SyscallProbe.Toml;

namespace SyscallProbe.Kubernetes;

/// <summary>A runtime in containerd's configuration.</summary>
/// <param name="RuntimeType">Names the shim: <c>io.containerd.runsc.v1</c>; empty where the key is missing or misspelt, which containerd takes without a word.</param>
/// <param name="RuntimePath">The shim's file, absolute; null where its name and PATH decide.</param>
/// <param name="ConfigPath">Of its options; null where there is none.</param>
public sealed record ContainerdHandler(string Name, string RuntimeType, string? RuntimePath, string? ConfigPath)
{
    /// <summary>The program that containerd looks for on PATH and beside itself: <c>containerd-shim-runsc-v1</c>; null where the type has another form.</summary>
    /// <remarks>containerd/containerd pkg/shim/util.go:BinaryName: the last two parts of the type.</remarks>
    public string? ShimName => RuntimeType.Split('.') is { Length: >= 2 } parts && parts.All(part => part.Length > 0) ? $"containerd-shim-{parts[^2]}-{parts[^1]}" : null;
}

/// <summary>What containerd reads of a configuration file or of what <c>containerd config dump</c> prints.</summary>
/// <param name="Dialect">Of the file's own <c>version</c>; a file without one is of version 1.</param>
/// <param name="HasVersion">Whether the file says its version.</param>
/// <param name="Handlers">Those below the dialect's own plugin, in the order of the file.</param>
/// <param name="Ignored">Names of handlers below the plugin of another version: containerd does not see them.</param>
/// <param name="Imports">Files or globs that are read as well.</param>
public sealed record ContainerdConfig(ContainerdDialect Dialect, bool HasVersion, ImmutableArray<ContainerdHandler> Handlers, ImmutableArray<string> Ignored, ImmutableArray<string> Imports)
{
    /// <summary>Reads a file.</summary>
    /// <param name="file">As messages name it.</param>
    /// <exception cref="FailureException">It is no TOML, or of a version that is not known.</exception>
    public static ContainerdConfig Read(ReadOnlyMemory<byte> content, string file)
    {
        var toml = TomlFile.Read(content, file);
        var version = toml.Find("version");
        // A number, or a text of one: containerd takes no other, and neither do we.
        var number = version is null ? 1 : int.TryParse(version.Text, out var parsed) ? parsed
            : throw new FailureException(new Failure(FailureCode.BadInput, $"expected a number, found '{version.Text}'", $"{file}: version", "for example version = 2"));
        var dialect = ContainerdDialect.Of(number, file);
        return new ContainerdConfig(dialect, version is not null, [.. HandlersOf(toml, dialect)],
            [.. ContainerdDialect.All.Where(other => other.Plugin != dialect.Plugin).DistinctBy(other => other.Plugin).SelectMany(other => HandlersOf(toml, other)).Select(handler => handler.Name).Distinct()],
            toml.Find("imports")?.Items ?? []);
    }

    static IEnumerable<ContainerdHandler> HandlersOf(TomlFile toml, ContainerdDialect dialect) =>
        toml.KeysBelow([.. dialect.PathOf("").RemoveAt(4)]).Select(name =>
        {
            var path = dialect.PathOf(name);
            string? At(params ReadOnlySpan<string> keys) => toml.Find([.. path, .. keys])?.Text;
            return new ContainerdHandler(name, At("runtime_type") ?? "", At("runtime_path") is { Length: > 0 } shim ? shim : null, At("options", "ConfigPath") is { Length: > 0 } options ? options : null);
        });
}
