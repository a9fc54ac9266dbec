using System.Globalization;
using SyscallProbe.Recording.Tests.Workloads;
using SyscallProbe.Tests;

namespace SyscallProbe.Recording.Tests.Recorders;

/// <summary>The counts of each syscall are those of <c>strace -f -c</c>, of programs that others have written and that do the same in each run.</summary>
public sealed class StraceAgreementTests
{
    // stress-ng sleeps again when the end of a child woke it: how often depends on the moment of that end, in every run.
    const string SleepUntilSignalled = "clock_nanosleep";

    // Stressors of stress-ng that call the same each time, with a fixed number of operations.
    [Theory]
    [InlineData(RecorderKind.Ebpf, "fork", 20)]
    [InlineData(RecorderKind.Ebpf, "vfork", 20)]
    [InlineData(RecorderKind.Ebpf, "nice", 20)]
    [InlineData(RecorderKind.Ebpf, "getrandom", 50)]
    [InlineData(RecorderKind.Ebpf, "mknod", 5)]
    [InlineData(RecorderKind.Ptrace, "fork", 20)]
    [InlineData(RecorderKind.Ptrace, "vfork", 20)]
    [InlineData(RecorderKind.Ptrace, "nice", 20)]
    [InlineData(RecorderKind.Ptrace, "getrandom", 50)]
    [InlineData(RecorderKind.Ptrace, "mknod", 5)]
    public void Every_syscall_has_the_count_that_strace_gives(RecorderKind kind, string stressor, int operations)
    {
        HostRequirement.Require(root: true, programs: ["cc", "stress-ng", "strace"], btf: kind == RecorderKind.Ebpf, amd64: true);
        using var folder = new TemporaryFolder();
        string[] command = [HostRequirement.PathOf("stress-ng")!, "--quiet", "--seed", "1", "--temp-path", folder.Path, $"--{stressor}", "1", $"--{stressor}-ops", operations.ToString(CultureInfo.InvariantCulture)];
        var table = folder.Path + "/table";

        using (var straced = new LaunchedProgram([HostRequirement.PathOf("strace")!, "-f", "-c", "-o", table, .. command]))
        {
            straced.Go();
            straced.Wait().Status.Should().Be(0);
        }
        var (calls, _, status) = RecordedProgram.Run(kind, command);

        status.Should().Be(0);
        calls.Lost.Should().Be(0);
        var ours = new SortedDictionary<string, ulong>(StringComparer.Ordinal);
        foreach (var seen in calls.Observations)
        {
            // strace counts a call at its return: one that never returns is in our counts alone, which is right, as it was made.
            if (seen.Result == SyscallProbe.Traces.Result.Never) continue;
            var name = Syscalls.NameOf(seen.Abi, seen.Nr)!;
            if (name == SleepUntilSignalled) continue;
            ours[name] = ours.GetValueOrDefault(name) + seen.Count;
        }
        // A process has ended by the one or the other; the last of each never returned.
        calls.Observations.Should().Contain(seen => seen.Result == SyscallProbe.Traces.Result.Never && Syscalls.NameOf(seen.Abi, seen.Nr) == "exit_group");
        string.Join('\n', ours.Select(call => $"{call.Key} {call.Value}")).Should().Be(string.Join('\n', TableOf(table).Select(call => $"{call.Key} {call.Value}")));
    }

    // "% time  seconds  usecs/call  calls  [errors]  syscall"
    static SortedDictionary<string, ulong> TableOf(string path)
    {
        var counts = new SortedDictionary<string, ulong>(StringComparer.Ordinal);
        foreach (var line in File.ReadLines(path))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 5 || !char.IsAsciiDigit(words[0][0]) || words[^1] == "total") continue;
            // Counted for itself by strace, and by us with the call that it goes on with.
            if (words[^1] is not ("restart_syscall" or SleepUntilSignalled)) counts[words[^1]] = ulong.Parse(words[3], CultureInfo.InvariantCulture);
        }
        return counts;
    }
}
