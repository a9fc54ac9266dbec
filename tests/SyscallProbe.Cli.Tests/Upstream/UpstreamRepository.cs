using System.Diagnostics;

namespace SyscallProbe.Cli.Tests.Upstream;

/// <summary>A bare git repository made from <c>tests/upstream/</c>, a tag per folder, beside a data folder to import into. Gone after <see cref="Dispose"/>.</summary>
sealed class UpstreamRepository : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("syscallprobe-upstream-").FullName;
    int _commits;

    /// <param name="below">Folder below <c>tests/upstream/</c>.</param>
    /// <param name="releases">Pattern of the folders that are releases.</param>
    public UpstreamRepository(string below = "", string releases = "release-*")
    {
        var root = Repo.PathOf("tests", "upstream", below);
        Git(_folder, "init", "-q", "--bare", "--object-format=sha1", GitDirectory);
        foreach (var release in Directory.EnumerateDirectories(root, releases).Order(StringComparer.Ordinal)) AddRelease(Path.GetFileName(release), release);
        Copy(Path.Combine(root, "data"), Path.Combine(_folder, "data"));
    }

    /// <summary>The bare repository.</summary>
    public string GitDirectory => Path.Combine(_folder, "gvisor.git");

    /// <summary>What has <c>data/</c>.</summary>
    public string WorkingDirectory => _folder;

    public (int Exit, string Out, string Error) Import() => TestHost.Run(["matrix", "import", "--gvisor-repo", "gvisor.git"], _folder);

    public string Data(string name) => File.ReadAllText(Path.Combine(_folder, "data", "gvisor", name));

    /// <summary>Commits a folder and tags it; every other tag is an annotated one. Ids are the same on every machine: names and times are fixed.</summary>
    public void AddRelease(string tag, string content)
    {
        Git(content, "--work-tree", content, "add", "-A");
        Git(content, "--work-tree", content, "commit", "-q", "--allow-empty", "-m", tag);
        if (++_commits % 2 == 0) Git(content, "tag", "-a", "-m", tag, tag);
        else Git(content, "tag", tag);
    }

    /// <summary>A release like a given one with one file edited.</summary>
    public void AddRelease(string tag, string like, string path, Func<string, string> edit)
    {
        var content = Path.Combine(_folder, tag);
        Copy(Repo.PathOf("tests", "upstream", like), content);
        File.WriteAllText(Path.Combine(content, path), edit(File.ReadAllText(Path.Combine(content, path))));
        AddRelease(tag, content);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    void Git(string workingDirectory, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", ["--git-dir", GitDirectory, .. arguments]) { WorkingDirectory = workingDirectory, RedirectStandardError = true };
        var date = $"2024-01-{_commits + 1:D2}T23:30:00-0200"; // the next day in UTC
        foreach (var who in new[] { "AUTHOR", "COMMITTER" })
        {
            start.Environment[$"GIT_{who}_NAME"] = "Test";
            start.Environment[$"GIT_{who}_EMAIL"] = "test@example.org";
            start.Environment[$"GIT_{who}_DATE"] = date;
        }
        start.Environment["GIT_CONFIG_GLOBAL"] = start.Environment["GIT_CONFIG_SYSTEM"] = "/dev/null";
        using var git = Process.Start(start)!;
        var error = git.StandardError.ReadToEnd();
        git.WaitForExit();
        if (git.ExitCode != 0) throw new InvalidOperationException($"git {string.Join(' ', arguments)}: {error}");
    }

    public static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
