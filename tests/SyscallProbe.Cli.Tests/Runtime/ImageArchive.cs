using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;

namespace SyscallProbe.Cli.Tests.Runtime;

/// <summary>Makes an image archive as <c>docker save</c> writes it: one layer with static programs.</summary>
static class ImageArchive
{
    /// <param name="name">With its registry and tag: <c>localhost/workload:latest</c>.</param>
    /// <param name="programs">Files of the host; each is in the image's root under its own name. The first is the image's command.</param>
    public static void Write(string path, string name, params string[] programs)
    {
        using var layer = new MemoryStream();
        using (var writer = new TarWriter(layer, leaveOpen: true))
        {
            foreach (var program in programs) writer.WriteEntry(program, Path.GetFileName(program));
        }
        var digest = Convert.ToHexStringLower(SHA256.HashData(layer.ToArray()));
        var config = $$$"""{"architecture":"amd64","os":"linux","config":{"Cmd":["/{{{Path.GetFileName(programs[0])}}}"]},"rootfs":{"type":"layers","diff_ids":["sha256:{{{digest}}}"]}}""";
        using var archive = new TarWriter(File.Create(path));
        Add(archive, "config.json", Encoding.UTF8.GetBytes(config));
        Add(archive, "layer.tar", layer.ToArray());
        Add(archive, "manifest.json", Encoding.UTF8.GetBytes($$"""[{"Config":"config.json","RepoTags":["{{name}}"],"Layers":["layer.tar"]}]"""));
    }

    static void Add(TarWriter archive, string name, byte[] content) =>
        archive.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
}
