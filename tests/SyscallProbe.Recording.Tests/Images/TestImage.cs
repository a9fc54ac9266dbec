using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using SyscallProbe.Recording.Interop;

namespace SyscallProbe.Recording.Tests.Images;

/// <summary>Makes images of given layers in every form that they are saved in, whole or spoilt.</summary>
sealed class TestImage(params byte[][] layers)
{
    readonly Dictionary<string, byte[]> _blobs = [];

    public string Architecture { get; init; } = Kernel.HostAbi.Name();

    /// <summary>Put in place of the digest of the first layer's content.</summary>
    public string? FirstDiffId { get; init; }

    /// <summary>What <c>config</c> of the configuration holds.</summary>
    public string Config { get; init; } = """{"Entrypoint":["/bin/serve"],"Cmd":["--port","1"],"Env":["PATH=/bin","A=b=c"],"User":"7:8","WorkingDir":"srv"}""";

    public bool IsGzip { get; init; }

    /// <summary>Bytes that are cut off the end of each layer's file, whose digest is that of what is left.</summary>
    public int Cut { get; init; }

    public static byte[] Layer(params TarEntry[] entries)
    {
        using var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, leaveOpen: true))
        {
            foreach (var entry in entries) writer.WriteEntry(entry);
        }
        return stream.ToArray();
    }

    public static TarEntry File(string name, string content, int mode = 0x1a4, int owner = 0) => new PaxTarEntry(TarEntryType.RegularFile, name)
    {
        DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)), Mode = (UnixFileMode)mode, Uid = owner, Gid = owner,
        ModificationTime = DateTimeOffset.FromUnixTimeSeconds(1_000_000_000),
    };

    public static TarEntry Folder(string name, int mode = 0x1ed) => new PaxTarEntry(TarEntryType.Directory, name) { Mode = (UnixFileMode)mode };

    public static TarEntry Link(string name, string target, TarEntryType type = TarEntryType.SymbolicLink) => new PaxTarEntry(type, name) { LinkName = target };

    /// <summary>An archive as docker save writes it.</summary>
    public void WriteDocker(string path)
    {
        var files = new Dictionary<string, byte[]> { ["config.json"] = ConfigFile() };
        for (var i = 0; i < layers.Length; i++) files[$"{i}/layer.tar"] = Stored(layers[i]);
        var names = string.Join(',', layers.Select((_, i) => $"\"{i}/layer.tar\""));
        files["manifest.json"] = Bytes($$"""[{"Config":"config.json","RepoTags":["localhost/test:1"],"Layers":[{{names}}]}]""");
        WriteArchive(path, files);
    }

    /// <summary>An OCI image layout, in a folder or, with <paramref name="isArchive"/>, in an archive.</summary>
    /// <param name="others">More entries of the index, each with a comma behind.</param>
    public void WriteLayout(string path, bool isArchive, string others = "")
    {
        var stored = string.Join(',', layers.Select(layer => Descriptor(Stored(layer))));
        var manifest = Descriptor(Bytes($$"""{"schemaVersion":2,"config":{{Descriptor(ConfigFile())}},"layers":[{{stored}}]}"""));
        var files = _blobs.ToDictionary(blob => "blobs/sha256/" + blob.Key, blob => blob.Value);
        files["oci-layout"] = Bytes("""{"imageLayoutVersion":"1.0.0"}""");
        files["index.json"] = Bytes($$$"""{"schemaVersion":2,"manifests":[{{{others}}}{{{manifest[..^1]}}},"annotations":{"org.opencontainers.image.ref.name":"test:2"}}]}""");
        if (isArchive)
        {
            WriteArchive(path, files);
            return;
        }
        foreach (var (name, content) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(path, name))!);
            System.IO.File.WriteAllBytes(Path.Combine(path, name), content);
        }
    }

    public byte[] ConfigFile()
    {
        var ids = layers.Select((layer, i) => $"\"sha256:{(i == 0 ? FirstDiffId : null) ?? Hash(layer)}\"");
        return Bytes($$$"""{"architecture":"{{{Architecture}}}","os":"linux","config":{{{Config}}},"rootfs":{"type":"layers","diff_ids":[{{{string.Join(',', ids)}}}]}}""");
    }

    byte[] Stored(byte[] layer)
    {
        if (!IsGzip) return layer[..^Cut];
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest, true)) gzip.Write(layer);
        return stream.ToArray()[..^Cut];
    }

    string Descriptor(byte[] blob)
    {
        _blobs[Hash(blob)] = blob;
        return $$"""{"digest":"sha256:{{Hash(blob)}}","size":{{blob.Length}}}""";
    }

    static void WriteArchive(string path, Dictionary<string, byte[]> files)
    {
        using var archive = new TarWriter(System.IO.File.Create(path));
        foreach (var (name, content) in files) archive.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
    }

    static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
