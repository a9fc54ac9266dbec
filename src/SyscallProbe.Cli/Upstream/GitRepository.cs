using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace SyscallProbe.Cli.Upstream;

/// <summary>A tag with the commit that it points to.</summary>
/// <param name="Committed">When that commit was made.</param>
sealed record GitTag(string Name, string Commit, DateTimeOffset Committed);

/// <summary>Reads tags and files of a git directory through <c>git</c> itself, started with argument lists; needs no work tree and writes nothing.</summary>
sealed class GitRepository : IDisposable
{
    readonly string _gitDirectory;
    Process? _ids;
    Process? _contents;

    /// <param name="path">A git directory (bare or <c>.git</c>), or a work tree that has one.</param>
    /// <exception cref="FailureException">There is no git directory.</exception>
    public GitRepository(string path)
    {
        var inner = Path.Combine(path, ".git");
        _gitDirectory = Directory.Exists(inner) ? inner : path;
        if (!File.Exists(Path.Combine(_gitDirectory, "HEAD")))
            throw new FailureException(new Failure(FailureCode.BadInput, $"no git directory at '{path}'",
                Fix: "make one with `git clone --bare https://github.com/google/gvisor`"));
    }

    /// <summary>The tags whose name begins with <paramref name="prefix"/>, by name.</summary>
    public List<GitTag> Tags(string prefix)
    {
        // %(*…) is of the commit behind an annotated tag, empty for a lightweight one.
        const string format = "%(refname:strip=2) %(if)%(*objectname)%(then)%(*objectname) %(*committerdate:unix)%(else)%(objectname) %(committerdate:unix)%(end)";
        using var git = Start("for-each-ref", $"--format={format}", $"refs/tags/{prefix}*");
        git.StandardInput.Close();
        var tags = new List<GitTag>();
        while (git.StandardOutput.ReadLine() is { } line)
        {
            var parts = line.Split(' ');
            tags.Add(new GitTag(parts[0], parts[1], DateTimeOffset.FromUnixTimeSeconds(long.Parse(parts[2], CultureInfo.InvariantCulture))));
        }
        git.WaitForExit();
        if (git.ExitCode != 0) throw Failed($"git for-each-ref ended with {git.ExitCode}");
        tags.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        return tags;
    }

    /// <summary>The object id of a file at a revision, or null when the revision has no such file.</summary>
    public string? IdOf(string revision, string path)
    {
        var header = Ask(_ids ??= Start("cat-file", "--batch-check"), $"{revision}:{path}");
        return header is [var id, "blob", _] ? id : null;
    }

    /// <summary>The files below a folder at a revision, as path and object id, in the order of paths; empty when the revision has no such folder.</summary>
    public List<(string Path, string Id)> FilesBelow(string revision, string folder)
    {
        using var git = Start("ls-tree", "-r", "-z", revision, "--", folder + "/");
        git.StandardInput.Close();
        var files = new List<(string Path, string Id)>();
        foreach (var entry in git.StandardOutput.ReadToEnd().Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            var tab = entry.IndexOf('\t', StringComparison.Ordinal);
            if (entry[..tab].Split(' ') is [_, "blob", var id]) files.Add((entry[(tab + 1)..], id));
        }
        git.WaitForExit();
        if (git.ExitCode != 0) throw Failed($"git ls-tree ended with {git.ExitCode}");
        return files;
    }

    /// <summary>The bytes of an object.</summary>
    public byte[] Read(string id)
    {
        _contents ??= Start("cat-file", "--batch");
        if (Ask(_contents, id) is not [_, "blob", var size]) throw Failed($"git has no file {id}");
        var bytes = new byte[int.Parse(size, CultureInfo.InvariantCulture)];
        var output = _contents.StandardOutput.BaseStream;
        output.ReadExactly(bytes);
        output.ReadByte(); // the line feed after the content
        return bytes;
    }

    public void Dispose()
    {
        foreach (var git in new[] { _ids, _contents })
        {
            if (git is null) continue;
            git.StandardInput.Close();
            git.WaitForExit();
            git.Dispose();
        }
    }

    static string[] Ask(Process git, string question)
    {
        git.StandardInput.Write(question + "\n");
        git.StandardInput.Flush();
        var answer = new List<byte>();
        var output = git.StandardOutput.BaseStream;
        for (int b; (b = output.ReadByte()) != '\n';)
        {
            if (b < 0) throw Failed("git cat-file ended early");
            answer.Add((byte)b);
        }
        return Encoding.UTF8.GetString([.. answer]).Split(' ');
    }

    Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("git", ["--git-dir", _gitDirectory, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardInputEncoding = new UTF8Encoding(false),
        };
        start.Environment["GIT_NO_LAZY_FETCH"] = "1"; // a partial clone must fail, not use the network
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new FailureException(new Failure(FailureCode.MissingProgram, "cannot start git", Fix: "install it: apt-get install git"), e);
        }
    }

    static FailureException Failed(string what) => new(new Failure(FailureCode.BadInput, what));
}
