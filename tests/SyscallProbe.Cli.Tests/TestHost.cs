namespace SyscallProbe.Cli.Tests;

/// <summary>Runs the whole program inside the test's process, on text of its own.</summary>
static class TestHost
{
    public static (int Exit, string Out, string Error) Run(
        IReadOnlyList<string> args, string? workingDirectory = null, IReadOnlyDictionary<string, string>? environment = null, byte[]? input = null,
        bool isTerminal = false, DateOnly? today = null)
    {
        var (output, error) = (new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" });
        var host = new CliHost
        {
            Out = output,
            Error = error,
            OutIsTerminal = isTerminal,
            OpenInput = () => new MemoryStream(input ?? []),
            Environment = environment ?? new Dictionary<string, string>(),
            WorkingDirectory = workingDirectory ?? Repo.Root,
        };
        if (today is { } day) host = host with { Today = day };
        var code = App.Run(args, host);
        return ((int)code, output.ToString(), error.ToString());
    }
}
