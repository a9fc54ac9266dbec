using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;

namespace SyscallProbe.Recording.Bundle;

/// <summary>What has to be known of somebody else's bundle; all else is left to runc.</summary>
/// <param name="Argv"><c>process.args</c>; never empty.</param>
/// <param name="WantsTerminal"><c>process.terminal</c>.</param>
/// <param name="Bounding"><c>process.capabilities.bounding</c> as a mask; without capabilities runc gives none.</param>
sealed record BundleFile(ImmutableArray<string> Argv, bool WantsTerminal, ulong Bounding)
{
    const long LargestFile = 16 << 20;

    /// <summary><c>annotations</c>: what the engine says of the container.</summary>
    public FrozenDictionary<string, string> Annotations { get; private init; } = FrozenDictionary<string, string>.Empty;

    /// <summary><c>root.path</c> made absolute; the folder that engines use where it is not given.</summary>
    public string RootPath { get; private init; } = "";

    /// <exception cref="FailureException">There is no config.json, or it has no command.</exception>
    public static BundleFile Read(string directory)
    {
        var path = Path.Combine(directory, "config.json");
        try
        {
            if (new FileInfo(path).Length > LargestFile) throw new FailureException(Failures.BadBundle(path, "larger than 16 MiB"));
            using var stream = File.OpenRead(path);
            using var file = JsonDocument.Parse(stream);
            if (!Member(file.RootElement, "process", out var process) || !Member(process, "args", out var args)
                || args.ValueKind != JsonValueKind.Array || args.GetArrayLength() == 0 || args.EnumerateArray().Any(word => word.ValueKind != JsonValueKind.String))
            {
                throw new FailureException(Failures.BadBundle(path, "no command in process.args"));
            }
            return new BundleFile(
                [.. args.EnumerateArray().Select(word => word.GetString()!)], Member(process, "terminal", out var terminal) && terminal.ValueKind == JsonValueKind.True,
                Member(process, "capabilities", out var capabilities) && Member(capabilities, "bounding", out var bounding) && bounding.ValueKind == JsonValueKind.Array ? MaskOf(bounding) : 0)
            {
                RootPath = Path.GetFullPath(Member(file.RootElement, "root", out var root) && Member(root, "path", out var rootPath) && rootPath.ValueKind == JsonValueKind.String ? rootPath.GetString()! : "rootfs",
                    Path.GetFullPath(directory)),
                Annotations = Member(file.RootElement, "annotations", out var annotations) && annotations.ValueKind == JsonValueKind.Object ? TextsOf(annotations) : FrozenDictionary<string, string>.Empty,
            };
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new FailureException(Failures.BadBundle(path, e.Message), e);
        }
    }

    // A name that runc does not know either is refused there.
    static ulong MaskOf(JsonElement names) => names.EnumerateArray()
        .Where(name => name.ValueKind == JsonValueKind.String)
        .Aggregate(0UL, (mask, name) => Capabilities.TryParse(name.GetString()!, out var number) ? mask | 1UL << number : mask);

    static FrozenDictionary<string, string> TextsOf(JsonElement values) => values.EnumerateObject()
        .Where(value => value.Value.ValueKind == JsonValueKind.String).DistinctBy(value => value.Name).ToFrozenDictionary(value => value.Name, value => value.Value.GetString()!);

    static bool Member(JsonElement parent, string name, out JsonElement value)
    {
        value = default;
        return parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out value);
    }
}
