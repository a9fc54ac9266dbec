using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;

namespace SyscallProbe.Recording.Images;

/// <summary>One layer of an image.</summary>
/// <param name="File">Its name among the image's files.</param>
/// <param name="Digest">SHA-256 of that file, lower-case hex; null where the image does not say.</param>
/// <param name="DiffId">SHA-256 of the tar archive that it holds, uncompressed.</param>
sealed record ImageLayer(string File, string? Digest, string DiffId);

/// <summary>What an image says of itself.</summary>
/// <param name="Name">Its first name with its tag, or the digest of its configuration where it has none.</param>
/// <param name="User"><c>config.User</c>; null for root.</param>
/// <param name="WorkingDirectory"><c>config.WorkingDir</c>, absolute; null for <c>/</c>.</param>
/// <param name="Layers">From the lowest to the uppermost.</param>
/// <remarks>Forms: image-spec v1.1 (image-layout.md, image-index.md, manifest.md, config.md); docker save's manifest.json: moby/moby image/tarexport.</remarks>
sealed record ImageManifest(
    string Name, ImmutableArray<string> Entrypoint, ImmutableArray<string> Command, ImmutableArray<KeyValuePair<string, string>> Environment, string? User, string? WorkingDirectory,
    ImmutableArray<ImageLayer> Layers)
{
    const int DeepestIndex = 4;

    /// <param name="path">The image, for errors.</param>
    /// <param name="architecture">The one that is needed, as images name it: <c>amd64</c>.</param>
    /// <exception cref="FailureException">It is not a form that is known, holds none or several images for this machine, or something in it does not fit its digest.</exception>
    public static ImageManifest Read(ImageFiles files, string path, string architecture)
    {
        try
        {
            return files.Has("manifest.json") ? FromDocker(files, path, architecture)
                : files.Has("index.json") ? FromLayout(files, path, architecture)
                : throw Bad(path, "it has neither manifest.json nor index.json");
        }
        // InvalidOperationException: a value of another kind than expected, or a text that is no Unicode.
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new FailureException(Failures.BadImage(path, $"its manifest or configuration does not have the expected form: {Failures.Cut(e.Message)}"), e);
        }
    }

    // [{"Config":"HEX.json","RepoTags":["redis:7"],"Layers":["HEX/layer.tar"]}]
    static ImageManifest FromDocker(ImageFiles files, string path, string architecture)
    {
        using var document = JsonDocument.Parse(files.ReadBytes("manifest.json"));
        var images = document.RootElement.EnumerateArray().ToList();
        if (images.Count != 1) throw Several(path, images.Select(NameOf));
        var config = files.ReadBytes(images[0].GetProperty("Config").GetString()!);
        var layers = images[0].GetProperty("Layers").EnumerateArray().Select(layer => (layer.GetString()!, (string?)null));
        return FromConfig(config, NameOf(images[0]), [.. layers], path, architecture);

        static string? NameOf(JsonElement image) => image.TryGetProperty("RepoTags", out var tags) && tags.ValueKind == JsonValueKind.Array
            ? tags.EnumerateArray().Select(tag => tag.GetString()).FirstOrDefault() : null;
    }

    static ImageManifest FromLayout(ImageFiles files, string path, string architecture)
    {
        var found = new Dictionary<string, (string? Name, byte[] Manifest)>(StringComparer.Ordinal);
        var others = new SortedSet<string>(StringComparer.Ordinal);
        Search(files.ReadBytes("index.json"), null, 0);
        if (found.Count == 0) throw new FailureException(Failures.ImageOfOtherMachine(path, others, architecture));
        if (found.Count > 1) throw Several(path, found.Values.Select(image => image.Name));

        var (name, bytes) = found.Values.Single();
        using var manifest = JsonDocument.Parse(bytes);
        var config = Blob(files, path, DigestOf(path, manifest.RootElement.GetProperty("config")));
        var layers = manifest.RootElement.GetProperty("layers").EnumerateArray().Select(layer => DigestOf(path, layer)).Select(digest => (BlobName(digest), (string?)digest));
        return FromConfig(config, name, [.. layers], path, architecture);

        // Where an image is for several machines, an index leads to another one.
        void Search(byte[] json, string? outerName, int depth)
        {
            if (depth > DeepestIndex) throw Bad(path, $"its indexes are nested deeper than {DeepestIndex}");
            using var index = JsonDocument.Parse(json);
            foreach (var entry in index.RootElement.GetProperty("manifests").EnumerateArray())
            {
                if (entry.TryGetProperty("platform", out var platform))
                {
                    var machine = $"{Text(platform, "os")}/{Text(platform, "architecture")}";
                    if (machine != $"linux/{architecture}")
                    {
                        // What a builder says of an image, and no image.
                        if (machine != "unknown/unknown") others.Add(machine);
                        continue;
                    }
                }
                var name = outerName ?? NameOf(entry);
                var digest = DigestOf(path, entry);
                var bytes = Blob(files, path, digest);
                using var blob = JsonDocument.Parse(bytes);
                if (blob.RootElement.TryGetProperty("manifests", out _)) Search(bytes, name, depth + 1);
                else found.TryAdd(digest, (name, bytes));
            }
        }

        static string? NameOf(JsonElement entry) => entry.TryGetProperty("annotations", out var notes)
            ? Text(notes, "io.containerd.image.name") ?? Text(notes, "org.opencontainers.image.ref.name") : null;
    }

    static ImageManifest FromConfig(byte[] json, string? name, ImmutableArray<(string File, string? Digest)> files, string path, string architecture)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        var machine = $"{Text(root, "os") ?? "linux"}/{Text(root, "architecture")}";
        if (machine != $"linux/{architecture}") throw new FailureException(Failures.ImageOfOtherMachine(path, [machine], architecture));
        var diffIds = root.GetProperty("rootfs").GetProperty("diff_ids").EnumerateArray().Select(id => HexOf(path, id.GetString())).ToList();
        if (diffIds.Count != files.Length) throw Bad(path, $"it has {files.Length} layers and the digests of {diffIds.Count}");

        var config = root.TryGetProperty("config", out var given) && given.ValueKind == JsonValueKind.Object ? given : default;
        var folder = Text(config, "WorkingDir");
        return new ImageManifest(
            name ?? "sha256:" + Convert.ToHexStringLower(SHA256.HashData(json)), Texts(config, "Entrypoint"), Texts(config, "Cmd"),
            [.. Texts(config, "Env").Select(text => text.Split('=', 2)).Where(pair => pair.Length == 2).Select(pair => KeyValuePair.Create(pair[0], pair[1]))],
            Text(config, "User") is { Length: > 0 } user ? user : null, folder is null or "" ? null : folder.StartsWith('/') ? folder : "/" + folder,
            [.. files.Zip(diffIds, (file, id) => new ImageLayer(file.File, file.Digest, id))]);
    }

    static byte[] Blob(ImageFiles files, string path, string digest)
    {
        var bytes = files.ReadBytes(BlobName(digest));
        if (Convert.ToHexStringLower(SHA256.HashData(bytes)) != digest) throw Bad(path, $"'{BlobName(digest)}' does not have the digest that it is named by");
        return bytes;
    }

    static string BlobName(string digest) => "blobs/sha256/" + digest;

    static string DigestOf(string path, JsonElement descriptor) => HexOf(path, Text(descriptor, "digest"));

    static string HexOf(string path, string? digest) =>
        digest is { Length: 71 } && digest.StartsWith("sha256:", StringComparison.Ordinal) && digest.AsSpan(7).IndexOfAnyExcept("0123456789abcdef") < 0
            ? digest[7..] : throw Bad(path, $"expected a digest sha256:HEX, found '{Failures.Cut(digest ?? "")}'");

    static string? Text(JsonElement place, string name) =>
        place.ValueKind == JsonValueKind.Object && place.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    static ImmutableArray<string> Texts(JsonElement place, string name) =>
        place.ValueKind == JsonValueKind.Object && place.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray().Select(item => item.GetString()!)] : [];

    static FailureException Bad(string path, string reason) => new(Failures.BadImage(path, reason));

    static FailureException Several(string path, IEnumerable<string?> names) => new(Failures.SeveralImages(path, names.Select(name => name ?? "one without a name").ToList()));
}
