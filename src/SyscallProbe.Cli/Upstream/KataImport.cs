using System.Globalization;
using SyscallProbe.Guest;
using SyscallProbe.Guest.Upstream;

namespace SyscallProbe.Cli.Upstream;

/// <summary>One guest kernel that releases have among their assets, as <c>data/kata/variants.csv</c> has it.</summary>
/// <param name="Until">Last release, or null for the newest.</param>
/// <param name="VersionPath">Where <c>versions.yaml</c> has its kernel.</param>
/// <param name="Flags">Options of <c>build-kernel.sh</c> with which the release builds it.</param>
sealed record KernelVariant(string Name, Abi Arch, KataVersion Since, KataVersion? Until, string VersionPath, string Flags)
{
    public bool IsIn(KataVersion release) => Since.CompareTo(release) <= 0 && (Until is not { } until || release.CompareTo(until) <= 0);
}

/// <summary>Reads the guest kernels of every release tag of a Kata repository.</summary>
/// <param name="trees">Where configurations are made, at least one.</param>
/// <param name="options">The options whose values are asked for.</param>
sealed class KataImport(GitRepository git, IReadOnlyList<KernelVariant> variants, IReadOnlyList<LinuxTree> trees, IReadOnlyList<string> options, TextWriter progress)
{
    // A release that changes nothing which decides its configuration needs no new one.
    readonly Dictionary<string, IReadOnlyDictionary<string, string>> _configs = new(StringComparer.Ordinal);

    /// <exception cref="FailureException">A kernel that a release should have is not in its <c>versions.yaml</c>, or a configuration could not be made.</exception>
    public List<ImportedKata> Releases()
    {
        var tags = git.Tags("").FindAll(tag => KataVersion.HasForm(tag.Name) && git.IdOf(tag.Name, BuildScript.Path) is not null);
        if (tags.Count == 0)
            throw new FailureException(new Failure(FailureCode.BadInput, "the repository has no tag of a Kata release from 2.0 on", Fix: "fetch the tags: git fetch --tags"));
        tags.Sort((a, b) => new KataVersion(a.Name).CompareTo(new KataVersion(b.Name)));
        return tags.ConvertAll(Import);
    }

    ImportedKata Import(GitTag tag)
    {
        var id = git.IdOf(tag.Name, VersionsYaml.Path) ?? throw new FailureException(new Failure(FailureCode.BadInput, $"{tag.Name} has no {VersionsYaml.Path}"));
        var versions = VersionsYaml.Parse(git.Read(id));
        var guests = variants.Where(variant => variant.IsIn(new KataVersion(tag.Name))).Select(variant => Guest(tag, variant, versions)).ToList();
        return new ImportedKata(tag.Name, tag.Committed.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), tag.Commit, guests);
    }

    ImportedGuest Guest(GitTag tag, KernelVariant variant, IReadOnlyDictionary<string, string> versions)
    {
        if (!versions.TryGetValue(variant.VersionPath, out var kernel))
            throw new FailureException(new Failure(FailureCode.BadInput, $"{tag.Name} has no {variant.VersionPath} in {VersionsYaml.Path}", $"data/kata/variants.csv: {variant.Name}",
                "end the row with the last release that has it, and add one with the new path"));
        if (!KernelVersion.TryParse(kernel, out var version)) // a branch of a fork: nothing is known of it
            return new ImportedGuest(variant.Name, variant.Arch, kernel, null, new Dictionary<string, string>());
        var tree = Nearest(version);
        return new ImportedGuest(variant.Name, variant.Arch, kernel, tree.Version, Config(tag, variant, tree));
    }

    LinuxTree Nearest(KernelVersion version) => trees.OrderBy(tree => tree.Version.DistanceTo(version)).ThenByDescending(tree => tree.Version).First();

    IReadOnlyDictionary<string, string> Config(GitTag tag, KernelVariant variant, LinuxTree tree)
    {
        var function = BuildScript.FunctionIn(git.Read(git.IdOf(tag.Name, BuildScript.Path)!))
            ?? throw new FailureException(new Failure(FailureCode.BadInput, $"{tag.Name} has no function get_kernel_frag_path in {BuildScript.Path}"));
        var files = git.FilesBelow(tag.Name, BuildScript.ConfigsPath);
        var key = string.Join('\n', [tree.Version.ToString(), variant.Arch.Name(), variant.Flags, function, .. files.Select(file => file.Path + " " + file.Id)]);
        if (_configs.TryGetValue(key, out var known)) return known;
        progress.WriteLine($"{tag.Name}: {variant.Name} for {variant.Arch.Name()} in Linux {tree.Version}");
        var folder = Directory.CreateTempSubdirectory("syscallprobe-kata-").FullName;
        try
        {
            foreach (var (path, id) in files)
            {
                var to = Path.Combine(folder, path);
                Directory.CreateDirectory(Path.GetDirectoryName(to)!);
                File.WriteAllBytes(to, git.Read(id));
            }
            var config = tree.Config(Path.Combine(folder, BuildScript.ConfigsPath), function, variant.Flags, variant.Arch);
            return _configs[key] = options.ToDictionary(option => option, option => KernelConfig.ValueOf(config, option));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
