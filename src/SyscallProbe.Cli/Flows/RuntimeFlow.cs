using System.Text;
using SyscallProbe.Cli.Options;
using SyscallProbe.Recording.Host;
using SyscallProbe.Recording.OciRuntime;

namespace SyscallProbe.Cli.Flows;

/// <summary>From a command line of runc to runc: settings, recorder, and then another program. Nothing of it may keep a container from running.</summary>
/// <remarks>Decided before options are read: an engine waits for this, and what is printed would be the container's output.</remarks>
static class RuntimeFlow
{
    const string NodeFile = "/etc/syscallprobe/runtime.env";

    /// <summary>Becomes runc where the process was started for that.</summary>
    /// <returns>Null where it was not: the command line is ours.</returns>
    public static ExitCode? TryRun(IReadOnlyList<string> args)
    {
        if (args is ["runtime", RuncWrapper.RecorderSwitch, ..])
        {
            RuncWrapper.Record([.. args.Skip(2)]);
            return ExitCode.Compatible;
        }
        var words = OwnProcess.Words();
        var own = Encoding.UTF8.GetString(words[0]);
        var isNamed = own.EndsWith("-runtime", StringComparison.Ordinal);
        if (!isNamed && (args is not ["runtime", ..] || args is ["runtime", "-h" or "--help"])) return null;
        var settings = ReadSettings(own);
        var failure = RuncWrapper.Run(
            // The last ones: dotnet itself may stand in front.
            words[^(isNamed ? args.Count : args.Count - 1)..], Value(settings, OptionTable.Runc), Value(settings, OptionTable.Traces) ?? OptionTable.Traces.Default!);
        Console.Error.WriteLine($"syscallprobe: error: {failure}");
        return ExitCodes.Of(failure);
    }

    /// <summary>Reads a settings file: lines NAME=VALUE; empty ones and those that begin with # are passed over, as are those without a name.</summary>
    public static Dictionary<string, string> ParseFile(string text)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var at = line.IndexOf('=');
            if (line[0] != '#' && at > 0) settings[line[..at].TrimEnd()] = line[(at + 1)..].TrimStart();
        }
        return settings;
    }

    static Dictionary<string, string> ReadSettings(string own)
    {
        // By its path as it was called, not where a link leads: two runtimes may be two links.
        foreach (var path in (string[])[own.Contains('/') ? Path.GetFullPath(own) + ".env" : NodeFile, NodeFile])
        {
            try
            {
                if (File.Exists(path)) return ParseFile(File.ReadAllText(path));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // As good as none: the container is to run.
            }
        }
        return [];
    }

    static string? Value(Dictionary<string, string> file, OptionSpec row) =>
        Environment.GetEnvironmentVariable(row.EnvironmentName) is { Length: > 0 } own ? own : file.GetValueOrDefault(row.EnvironmentName) is { Length: > 0 } text ? text : null;
}
