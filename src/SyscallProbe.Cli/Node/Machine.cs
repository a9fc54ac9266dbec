using SyscallProbe.Recording.Host;

namespace SyscallProbe.Cli.Node;

/// <summary>The machine that is looked at, and for how long each look may last.</summary>
/// <param name="Root">Put before every path of a file; empty for the machine itself.</param>
/// <param name="SearchPath">As PATH has it.</param>
/// <param name="IsRoot">Whether containers can be started.</param>
/// <param name="Limit">For each program that is asked something.</param>
sealed record Machine(string Root, string SearchPath, bool IsRoot, TimeSpan Limit)
{
    /// <summary>Where a file of the machine is for us.</summary>
    public string At(string path) => Root + path;

    /// <summary>Whether processes that run belong to it.</summary>
    public bool HasProcesses => Root.Length == 0;

    public bool Has(string path) => File.Exists(At(path)) || Directory.Exists(At(path));

    /// <summary>What is in a file; null where it is not there or may not be read.</summary>
    public string? TextOf(string path)
    {
        try
        {
            return File.Exists(At(path)) ? File.ReadAllText(At(path)) : null;
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The path of a program in the folders of PATH or in others; null where it is in none.</summary>
    public string? Find(string program, IEnumerable<string> folders) =>
        SearchPath.Split(':').Concat(folders).Where(Path.IsPathRooted).Select(folder => Path.Combine(folder, program)).FirstOrDefault(path => File.Exists(At(path)));

    /// <summary>The first line of what a program says of its version; empty where it says nothing or is not there.</summary>
    public string VersionOf(string? path) => path is null ? "" : Ask(path, ["--version"], out _)?.OutputText.Split('\n')[0] ?? "";

    /// <summary>Runs a program of the machine to its end.</summary>
    /// <param name="error">Why there is no answer; null where there is one.</param>
    /// <returns>What it printed, and null where it failed or took too long.</returns>
    public ProgramRun? Ask(string path, IReadOnlyList<string> arguments, out string? error)
    {
        try
        {
            var run = ProgramRun.Of(At(path), arguments, Limit);
            error = run is null ? $"no answer within {Limit.TotalSeconds} s"
                : run.ExitCode == 0 ? null : $"exit code {run.ExitCode}: {run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault("it says nothing")}";
            return error is null ? run : null;
        }
        catch (System.ComponentModel.Win32Exception wrong)
        {
            error = wrong.Message;
            return null;
        }
    }
}
