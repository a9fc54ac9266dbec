using SyscallProbe.Recording.Tests.Workloads;

namespace SyscallProbe.Recording.Tests.Bpf;

/// <summary>Runs a program from its execve to its end under a recorder of its own.</summary>
static class RecordedProgram
{
    public static (RecordedCalls Calls, string Output, int Status) Run(string[] command, BpfRecorderOptions? options = null, bool ownPidNamespace = true)
    {
        using var recorder = BpfRecorder.Open(options);
        using var program = new LaunchedProgram(command, ownPidNamespace);
        recorder.Follow(program.Pid);
        program.Go();
        var (output, status) = program.Wait();
        return (recorder.Read(), output, status);
    }
}
