using Tmds.Linux;

namespace SyscallProbe.Recording.OciRuntime;

/// <summary>What has to be known of a command line of runc; all else is left to runc.</summary>
/// <param name="Command"><c>create</c>, <c>start</c> ...; empty where there is none.</param>
/// <param name="Id">The container; empty where the command names none.</param>
/// <param name="Root">Where runc keeps the state of its containers.</param>
/// <param name="Bundle">Absolute.</param>
/// <param name="Log">The file of runc's own messages, or null.</param>
/// <remarks>As runc 1.1 reads it (main.go, create.go, run.go, exec.go): flags before and behind the command, with one dash or two, the value behind <c>=</c> or as a word of its own.</remarks>
sealed record RuncCommandLine(string Command, string Id, string Root, string Bundle, string? Log, bool IsLogJson)
{
    // Every other flag before the container's id is a switch.
    static readonly HashSet<string> s_withValue = new(StringComparer.Ordinal)
    {
        "root", "log", "log-format", "criu", "rootless", "bundle", "b", "console-socket", "pid-file", "preserve-fds", "process", "p", "cwd", "env", "e", "user", "u",
        "additional-gids", "g", "apparmor", "process-label", "cap", "c", "cgroup",
    };

    public static RuncCommandLine Parse(IReadOnlyList<string> words, string workingDirectory)
    {
        var flags = new Dictionary<string, string>(StringComparer.Ordinal);
        var others = new List<string>();
        for (var i = 0; i < words.Count && others.Count < 2; i++)
        {
            var word = words[i];
            if (word.Length < 2 || word[0] != '-' || word == "--")
            {
                if (word != "--") others.Add(word);
                continue;
            }
            var name = word.TrimStart('-');
            var equals = name.IndexOf('=');
            if (equals >= 0) flags[name[..equals]] = name[(equals + 1)..];
            else if (s_withValue.Contains(name) && i + 1 < words.Count) flags[name] = words[++i];
        }
        return new RuncCommandLine(
            others.ElementAtOrDefault(0) ?? "", others.ElementAtOrDefault(1) ?? "",
            Path.GetFullPath(flags.GetValueOrDefault("root") ?? DefaultRoot, workingDirectory),
            Path.GetFullPath(flags.GetValueOrDefault("bundle") ?? flags.GetValueOrDefault("b") ?? ".", workingDirectory),
            flags.TryGetValue("log", out var log) && log.Length > 0 ? Path.GetFullPath(log, workingDirectory) : null,
            flags.GetValueOrDefault("log-format") == "json");
    }

    static string DefaultRoot =>
        LibC.geteuid() != 0 && Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } own ? own + "/runc" : "/run/runc";
}
