using SyscallProbe.Doctor;
using SyscallProbe.Recording;

namespace SyscallProbe.Cli.Node;

/// <summary>Opens the recorders as a recording would, and closes them again.</summary>
sealed class RecorderSource : IFactSource
{
    public string What => "the recorders";

    public Func<NodeFacts, NodeFacts> Gather(Machine machine)
    {
        // Documentation/admin-guide/LSM/Yama.rst: 3 lets nobody attach.
        var refused = machine.TextOf("/proc/sys/kernel/yama/ptrace_scope")?.Trim() == "3" ? "kernel.yama.ptrace_scope = 3 lets nobody trace" : null;
        Failure? failure = null;
        try
        {
            BpfRecorder.Open().Dispose();
        }
        catch (FailureException wrong)
        {
            failure = wrong.Failure;
        }
        return facts => facts with { Recorder = new RecorderFacts(failure?.What, failure?.Fix, refused) };
    }
}
