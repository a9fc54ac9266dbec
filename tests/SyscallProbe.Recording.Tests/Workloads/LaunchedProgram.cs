using System.Diagnostics;
using System.Globalization;

namespace SyscallProbe.Recording.Tests.Workloads;

/// <summary>A program that waits before its execve, as in a container that was created and not started: see <c>tests/workloads/launch.c</c>.</summary>
sealed class LaunchedProgram : IDisposable
{
    readonly Process _launcher;

    public LaunchedProgram(string[] command, bool ownPidNamespace = true)
    {
        var start = new ProcessStartInfo(Workload.Build("launch"), [ownPidNamespace ? "pid" : "host", .. command])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        _launcher = Process.Start(start)!;
        Pid = int.Parse(_launcher.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
    }

    /// <summary>Process id of the waiting program, as the host sees it.</summary>
    public int Pid { get; }

    /// <summary>Lets the program execve.</summary>
    public void Go() => _launcher.StandardInput.Write("x");

    /// <summary>Waits for the program's end.</summary>
    /// <returns>What it wrote, and its status or 128 plus the signal that ended it.</returns>
    public (string Output, int Status) Wait()
    {
        _launcher.StandardInput.Close();
        var output = _launcher.StandardOutput.ReadToEnd();
        _launcher.WaitForExit();
        return (output, _launcher.ExitCode);
    }

    public void Dispose()
    {
        if (!_launcher.HasExited) _launcher.Kill(entireProcessTree: true);
        _launcher.Dispose();
    }
}
