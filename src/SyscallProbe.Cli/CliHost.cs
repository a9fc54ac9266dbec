using System.Text;
using SyscallProbe.Cli.Output;
using SyscallProbe.Report;

namespace SyscallProbe.Cli;

/// <summary>Everything the command line touches of the process it runs in; tests give one of their own.</summary>
sealed record CliHost
{
    /// <summary>The result, and nothing else.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Errors, warnings, notes and progress.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Opens standard input; the caller closes it.</summary>
    public required Func<Stream> OpenInput { get; init; }

    /// <summary>All environment variables.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>What relative paths are relative to.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>Whether the effective user is root.</summary>
    public bool IsRoot { get; init; } = true;

    /// <summary>The day in UTC, which decides whether a waiver holds.</summary>
    public DateOnly Today { get; init; } = DateOnly.FromDateTime(DateTime.UtcNow);

    public bool OutIsTerminal { get; init; }

    public bool ErrorIsTerminal { get; init; }

    /// <summary>Columns of the terminal, or 80 where there is none.</summary>
    public int Width { get; init; } = 80;

    /// <summary>Whether notes are left out (<c>--quiet</c>); warnings and errors are not.</summary>
    public bool IsQuiet { get; init; }

    /// <summary>The host of this process. Output is UTF-8 without a mark, lines end in LF.</summary>
    /// <remarks>The runtime drops writes to a closed pipe (EPIPE) without an exception, so that <c>| head</c> keeps the verdict's exit code.</remarks>
    public static CliHost OfProcess()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (System.Collections.DictionaryEntry variable in System.Environment.GetEnvironmentVariables())
        {
            variables[(string)variable.Key] = (string?)variable.Value ?? "";
        }
        var isTerminal = !Console.IsOutputRedirected;
        return new CliHost
        {
            Out = Writer(new StandardOutput(Console.OpenStandardOutput()), autoFlush: isTerminal),
            Error = Writer(Console.OpenStandardError(), autoFlush: true),
            OpenInput = Console.OpenStandardInput,
            Environment = variables,
            WorkingDirectory = Directory.GetCurrentDirectory(),
            IsRoot = System.Environment.IsPrivilegedProcess,
            OutIsTerminal = isTerminal,
            ErrorIsTerminal = !Console.IsErrorRedirected,
            Width = isTerminal && Console.WindowWidth > 0 ? Console.WindowWidth : 80,
        };
    }

    /// <summary>What went wrong: the text of a <see cref="SyscallProbe.Failure"/> or of an exception.</summary>
    public void Failed(string text) => Message("error", text);

    /// <summary>Something to look at that changes no exit code.</summary>
    public void Warning(string text) => Message("warning", text);

    /// <summary>Context for a person: left out with <c>--quiet</c>.</summary>
    public void Note(string text)
    {
        if (!IsQuiet) Message("note", text);
    }

    /// <summary>What <c>--debug</c> asks for.</summary>
    public void Debug(string text) => Message("debug", text);

    // Messages quote traces, reports and paths, which a hostile workload may have written.
    void Message(string kind, string text) => Error.WriteLine($"syscallprobe: {kind}: {string.Join('\n', text.Split('\n').Select(TerminalText.Escape))}");

    static StreamWriter Writer(Stream stream, bool autoFlush) =>
        new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\n", AutoFlush = autoFlush };
}
