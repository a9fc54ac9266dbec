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
    public void Go()
    {
        _launcher.StandardInput.Write("x");
        _launcher.StandardInput.Flush();
    }

    /// <summary>Waits until the program is blocked in a call.</summary>
    public void WaitUntilIn(string syscall)
    {
        var nr = Syscalls.NrOf(Abi.Amd64, syscall)!.Value;
        SpinWait.SpinUntil(() => File.ReadAllText($"/proc/{Pid}/syscall").StartsWith($"{nr} ", StringComparison.Ordinal), TimeSpan.FromSeconds(30)).Should().BeTrue();
    }

    /// <summary>Standard input of the program, once it runs.</summary>
    public StreamWriter Input => _launcher.StandardInput;

    public StreamReader Output => _launcher.StandardOutput;

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
