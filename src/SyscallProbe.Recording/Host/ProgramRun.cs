using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace SyscallProbe.Recording.Host;

/// <summary>A program of the machine that was run to its end, with nothing on its input.</summary>
/// <param name="Output">All that it printed; null where something that it left behind keeps its output open.</param>
/// <param name="Errors">All that it printed to standard error, as UTF-8; empty in the same case.</param>
public sealed record ProgramRun(int ExitCode, byte[]? Output, string Errors)
{
    /// <summary>Runs it; what does not end within the limit is killed with all that it started.</summary>
    /// <param name="program">A path, or a name that is looked for on PATH. No shell sees the arguments.</param>
    /// <param name="interrupted">Ends it before its time.</param>
    /// <param name="beforeKill">Called before it is killed.</param>
    /// <returns>Null where it was killed.</returns>
    /// <exception cref="Win32Exception">It cannot be started.</exception>
    public static ProgramRun? Of(string program, IReadOnlyList<string> arguments, TimeSpan limit, CancellationToken interrupted = default, Action? beforeKill = null)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.StandardInput.Close();
        using var output = new MemoryStream();
        var (reading, errors) = (process.StandardOutput.BaseStream.CopyToAsync(output, CancellationToken.None), process.StandardError.ReadToEndAsync(CancellationToken.None));
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(interrupted);
        ending.CancelAfter(limit);
        try
        {
            process.WaitForExitAsync(ending.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            beforeKill?.Invoke();
            process.Kill(entireProcessTree: true);
            return null;
        }
        Task.WaitAll([reading, errors], limit);
        return new ProgramRun(process.ExitCode, reading.IsCompletedSuccessfully ? output.ToArray() : null, errors.IsCompletedSuccessfully ? errors.Result : "");
    }

    /// <summary>The output as UTF-8; empty where there is none.</summary>
    public string OutputText => Encoding.UTF8.GetString(Output ?? []);
}
