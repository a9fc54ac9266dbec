using System.Globalization;
using SyscallProbe.Recording.Tests.Workloads;

namespace SyscallProbe.Recording.Tests.Running;

/// <summary><c>tests/workloads/late.c</c> as it waits in all of its threads for what makes it go on: older than the recorder that is opened next.</summary>
static class LateProgram
{
    /// <summary>Starts it and waits until every thread is where it waits.</summary>
    public static LaunchedProgram Start(bool ownPidNamespace = true)
    {
        var program = new LaunchedProgram([Workload.Build("late")], ownPidNamespace);
        program.Go();
        WaitUntilReady(program.Pid);
        return program;
    }

    /// <summary>Waits until the program of this number waits in all of its threads.</summary>
    public static void WaitUntilReady(int pid) =>
        SpinWait.SpinUntil(() => CallsOf(pid).Order().SequenceEqual((int[])[Number("read"), Number("read"), Number("read"), Number("read"), Number("poll")]), TimeSpan.FromSeconds(60)).Should().BeTrue();

    static int Number(string syscall) => Syscalls.NrOf(Abi.Amd64, syscall)!.Value.Value;

    static IEnumerable<int> CallsOf(int pid)
    {
        try
        {
            return [.. Directory.GetDirectories($"/proc/{pid}/task").Select(thread => File.ReadAllText(thread + "/syscall").Split(' ')[0]).Select(word => int.TryParse(word, CultureInfo.InvariantCulture, out var nr) ? nr : -1)];
        }
        catch (IOException)
        {
            return [];
        }
    }
}
