using System.Globalization;
using SyscallProbe.Matrix;
using SyscallProbe.Matrix.Upstream;

namespace SyscallProbe.Cli.Upstream;

/// <summary>Reads the effective syscall tables of every release tag of a gVisor repository.</summary>
sealed class GvisorImport(GitRepository git)
{
    readonly Dictionary<string, object> _parsed = new(StringComparer.Ordinal);

    /// <exception cref="FailureException">A tag has another form than <c>release-YYYYMMDD.N</c>, or its source is not understood.</exception>
    public List<ImportedRelease> Releases()
    {
        var tags = git.Tags("release-");
        if (tags.Count == 0)
            throw new FailureException(new Failure(FailureCode.BadInput, "the repository has no tag release-*", Fix: "fetch the tags: git fetch --tags"));
        if (tags.Find(tag => !Release.HasForm(tag.Name)) is { } odd)
            throw new FailureException(new Failure(FailureCode.BadInput, $"the tag '{odd.Name}' is not of the form release-YYYYMMDD.N"));
        tags.Sort((a, b) => Release.CompareNames(a.Name, b.Name));
        return tags.ConvertAll(Import);
    }

    /// <summary>What the given files declare at each release.</summary>
    public SourceIndex Sources(IReadOnlyList<ImportedRelease> releases, IEnumerable<string> paths)
    {
        var index = new SourceIndex([.. releases.Select(release => release.Name)]);
        foreach (var path in paths)
        {
            _parsed.Clear(); // the symbols of one file's versions at a time
            for (var i = 0; i < releases.Count; i++)
            {
                if (Parse(releases[i].Name, path, "symbols", file => path.EndsWith(".go", StringComparison.Ordinal) ? GoSymbols.Of(file) : []) is { } symbols)
                    index.Add(path, i, symbols);
            }
        }
        return index;
    }

    ImportedRelease Import(GitTag tag)
    {
        var helpers = Parse(tag.Name, SyscallHelpers.Path, "", SyscallHelpers.Parse)
            ?? throw new FailureException(new Failure(FailureCode.BadInput, $"{tag.Name} has no {SyscallHelpers.Path}"));
        var parser = new SyscallTableParser(helpers);
        var helpersId = git.IdOf(tag.Name, SyscallHelpers.Path)!;
        var tables = SyscallTableParser.Paths.SelectMany(path => Parse(tag.Name, path, helpersId, parser.Parse) ?? []).ToList();
        foreach (var twice in tables.GroupBy(table => table.Abi).Where(group => group.Count() > 1))
            throw new FailureException(new Failure(FailureCode.BadInput, $"{tag.Name} has {twice.Count()} tables for {twice.Key.Name()}"));
        if (!tables.Exists(table => table.Abi == Abi.Amd64))
            throw new FailureException(new Failure(FailureCode.BadInput, $"{tag.Name} has no amd64 table", $"looked in {string.Join(", ", SyscallTableParser.Paths)}"));

        var vfs2 = UsesVfs2(tag);
        if (vfs2)
        {
            tables = tables.ConvertAll(table => table with { Entries = new(table.Entries) }); // the parsed ones are shared between tags
            new Vfs2Override(parser).Apply(FileOf(tag, Vfs2Override.Path)!, tables);
        }
        return new ImportedRelease(tag.Name, tag.Committed.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), tag.Commit, vfs2, tables);
    }

    bool UsesVfs2(GitTag tag)
    {
        if (git.IdOf(tag.Name, Vfs2Override.Path) is null) return false;
        foreach (var path in Vfs2Override.FlagPaths)
        {
            if (Parse(tag.Name, path, "", file => (object?)Vfs2Override.DefaultIn(file) ?? "none") is bool isOn) return isOn;
        }
        throw new FailureException(new Failure(FailureCode.BadInput, $"{tag.Name} has {Vfs2Override.Path} and no flag 'vfs2'",
            $"looked in {string.Join(", ", Vfs2Override.FlagPaths)}"));
    }

    GoFile? FileOf(GitTag tag, string path) => git.IdOf(tag.Name, path) is { } id ? new GoFile(tag.Name, path, git.Read(id)) : null;

    // Most files are the same at many tags: each content is parsed once. The variant tells apart what else the outcome depends on.
    T? Parse<T>(string tag, string path, string variant, Func<GoFile, T> parse)
        where T : class
    {
        if (git.IdOf(tag, path) is not { } id) return null;
        var key = $"{path} {id} {variant}";
        if (!_parsed.TryGetValue(key, out var result)) _parsed[key] = result = parse(new GoFile(tag, path, git.Read(id)));
        return (T)result;
    }
}
