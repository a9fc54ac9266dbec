using SyscallProbe.Recording.Ptrace;
using SyscallProbe.Recording.Tests.Workloads;

namespace SyscallProbe.Recording.Tests.Recorders;

/// <summary>The recorders that must give the same.</summary>
public enum RecorderKind
{
    Ebpf,
    Ptrace,
    PtraceSeccomp,
}

/// <summary>Runs a program from its execve to its end under a recorder of its own.</summary>
static class RecordedProgram
{
    /// <summary>Workloads that call the same in each run and take no arguments.</summary>
    public static TheoryData<string> Deterministic { get; } =
        ["loops", "arguments", "files", "sockets", "paths", "processes", "signals", "seccomp", "blocked", "texts", "untraced"];

    public static (RecordedCalls Calls, string Output, int Status) Run(string[] command, BpfRecorderOptions? options = null) => Run(() => BpfRecorder.Open(options), command);

    public static (RecordedCalls Calls, string Output, int Status) Run(RecorderKind kind, params string[] command) =>
        Run(() => kind switch { RecorderKind.Ebpf => BpfRecorder.Open(), RecorderKind.Ptrace => PtraceRecorder.Open(), _ => PtraceRecorder.OpenWithFilter() }, command);

    /// <summary>Of a program's output the lines of calls that a recorder with a filter watches.</summary>
    public static string Watched(string output) => string.Join('\n', output.Split('\n').Where(line =>
    {
        var name = line.Split(' ')[0];
        return name.Length > 0 && (Syscalls.NrOf(Abi.Amd64, name) is not { } nr || WatchedCalls.Contains(Abi.Amd64, nr));
    }));

    public static (RecordedCalls Calls, string Output, int Status) Run(Func<IRecorder> open, string[] command)
    {
        using var recorder = open();
        using var program = new LaunchedProgram(command);
        recorder.Follow(program.Pid);
        program.Go();
        var (output, status) = program.Wait();
        return (recorder.Read(), output, status);
    }
}
