using System.Diagnostics;

namespace SyscallProbe.Recording.Tests.Workloads;

/// <summary>Runs commands from a process that is older than the recorder, and so none of the tool's.</summary>
sealed class Stranger : IDisposable
{
    readonly Process _shell = Process.Start(new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true, RedirectStandardOutput = true })!;

    /// <summary>Waits for the end of a shell command, which must not write to standard output.</summary>
    public void Run(string command)
    {
        _shell.StandardInput.WriteLine(command + "; echo done $?");
        _shell.StandardInput.Flush();
        _shell.StandardOutput.ReadLine().Should().Be("done 0");
    }

    public void Dispose()
    {
        _shell.StandardInput.Close();
        _shell.WaitForExit();
        _shell.Dispose();
    }
}
