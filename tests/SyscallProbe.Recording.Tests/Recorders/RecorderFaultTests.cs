using System.Runtime.Versioning;
using SyscallProbe.Recording.Ptrace;
using SyscallProbe.Recording.Tests.Workloads;
using SyscallProbe.Tests;

namespace SyscallProbe.Recording.Tests.Recorders;

/// <summary>Circumstances of a workload that must not change what is recorded of it, whichever recorder does it.</summary>
[SupportedOSPlatform("linux")]
public sealed class RecorderFaultTests
{
    public static TheoryData<RecorderKind, string[]> Circumstances { get; } = new(
        from kind in Enum.GetValues<RecorderKind>()
        from words in (string[][])
        [
            ["unshare", "-r"],
            ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--inh-caps=-all"],
            ["unshare", "-m", "sh", "-c", "umount -l /proc && exec \"$0\""],
        ]
        select (kind, words));

    [Theory]
    [MemberData(nameof(Circumstances))]
    public void In_a_user_namespace_as_another_user_and_without_proc_the_counts_are_the_same(RecorderKind kind, string[] words)
    {
        HostRequirement.Require(root: true, programs: ["cc", "umount", "setpriv", "unshare"], btf: kind == RecorderKind.Ebpf, amd64: true);
        using var folder = new TemporaryFolder();
        // Where another user may execute it too.
        File.SetUnixFileMode(folder.Path, File.GetUnixFileMode(folder.Path) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        var program = folder.Path + "/loops";
        File.Copy(Workload.Build("loops"), program);

        var (calls, output, status) = RecordedProgram.Run(kind, [HostRequirement.PathOf(words[0])!, .. words[1..], program]);

        status.Should().Be(0);
        calls.Lost.Should().Be(0);
        calls.Reasons.Should().Equal(kind == RecorderKind.PtraceSeccomp ? new[] { WatchedCalls.Reason } : []);
        // Other programs may make calls of the same kinds, which are then counted together.
        var recorded = ExpectedCalls.Of(calls.Observations);
        foreach (var (call, count) in ExpectedCalls.Parse(kind == RecorderKind.PtraceSeccomp ? RecordedProgram.Watched(output) : output))
        {
            recorded.GetValueOrDefault(call).Should().BeInRange(count, count + 200, "{0} was called so often by the program, and little by what started it", call);
        }
    }
}
