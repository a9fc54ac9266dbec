using System.Text;
using SyscallProbe.Recording.Engines;
using SyscallProbe.Recording.Tests.Engines;
using SyscallProbe.Rehearsal;
using SyscallProbe.Rules;
using SyscallProbe.Tests;
using CompiledWorkload = SyscallProbe.Recording.Tests.Workloads.Workload;
using Workload = SyscallProbe.Recording.Engines.Workload;

namespace SyscallProbe.Recording.Tests.Enforcement;

/// <summary>A plan under the real runc: what the kernel refuses by registers, and what the supervisor answers.</summary>
public sealed class EnforcedWorkloadTests
{
    static EnforcedCall Call(string syscall, int errno, string? path = null, FdKind fd = FdKind.Unknown, params (string Name, ulong Value)[] arguments)
    {
        var nr = Syscalls.NrOf(Abi.Amd64, syscall)!.Value;
        var keys = KeyArguments.Of(Abi.Amd64, nr);
        return new EnforcedCall(Abi.Amd64, nr, [.. arguments.Select(argument => new ArgumentMatch(KeyArguments.Find(keys, argument.Name)!, argument.Value))], fd, path,
            errno == 0 ? null : new Errno(errno));
    }

    static readonly EnforcementPlan s_plan = new(
        [
            Call("kcmp", 13), Call("getppid", 71), Call("socket", 93, arguments: [("family", 2), ("type", 3)]),
            Call("openat", 2, "/proc/self/status"), Call("openat", 6, "/proc/[pid]/comm"), Call("openat2", 7, arguments: ("flags", 0x80000)),
            Call("ioctl", 25, fd: FdKind.Pipe, arguments: ("cmd", 0x541b)), Call("mlock", 0),
        ], 0);

    [Fact]
    public void Calls_get_the_answers_of_the_plan_and_no_others_do()
    {
        HostRequirement.Require(root: true, programs: ["runc", "cc"], amd64: true);
        using var state = new StateFolder();

        var (exit, output) = Run(new WorkloadPlan { Source = new WorkloadSource.HostRoot(), Argv = [CompiledWorkload.Build("answers")], Enforcement = s_plan }, state);

        output.Should().Equal(
            "kcmp 13", "getppid 71", "socket-raw 93", "socket-stream 0", "hidden 2", "hidden-of-pid 6", "shown 0", "openat2-cloexec 7", "openat2 0",
            "ioctl-pipe 25", "ioctl-socket 0", "mlock 0");
        exit.Should().Be(0);
        state.Left().Should().BeEmpty();
    }

    [Fact]
    public void A_bundles_own_profile_stays_in_force_and_its_word_goes_before_ours()
    {
        HostRequirement.Require(root: true, programs: ["runc", "cc"], amd64: true);
        using var state = new StateFolder();
        using var bundle = new Workloads.TemporaryFolder();
        Directory.CreateDirectory(bundle.Path + "/rootfs/etc");
        File.WriteAllText(bundle.Path + "/rootfs/etc/passwd", "");
        File.Copy(CompiledWorkload.Build("answers"), bundle.Path + "/rootfs/answers");
        // It refuses kcmp itself and allows the rest; socket only looked at, so that ours must not be added.
        File.WriteAllText(bundle.Path + "/config.json", """
            {"ociVersion":"1.0.2","root":{"path":"rootfs"},"process":{"args":["/answers"],"cwd":"/","user":{"uid":0,"gid":0}},
             "mounts":[{"destination":"/proc","type":"proc","source":"proc"}],
             "linux":{"namespaces":[{"type":"pid"},{"type":"mount"}],"seccomp":{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[
               {"names":["kcmp","msync"],"action":"SCMP_ACT_ERRNO","errnoRet":90},
               {"names":["socket"],"action":"SCMP_ACT_ERRNO","errnoRet":91,"args":[{"index":0,"value":2,"op":"SCMP_CMP_EQ"}]},
               {"names":["mlock","getppid"],"action":"SCMP_ACT_ALLOW"}]}}}
            """);
        var before = File.ReadAllText(bundle.Path + "/config.json");

        var (exit, output) = Run(new WorkloadPlan { Source = new WorkloadSource.OciBundle(bundle.Path), Enforcement = s_plan }, state);

        output.Should().Equal(
            "kcmp 90", "getppid 71", "socket-raw 91", "socket-stream 91", "hidden 2", "hidden-of-pid 6", "shown 0", "openat2-cloexec 7", "openat2 0",
            "ioctl-pipe 25", "ioctl-socket 0", "mlock 0");
        exit.Should().Be(0);
        File.ReadAllText(bundle.Path + "/config.json").Should().Be(before);
    }

    [Fact]
    public void Capabilities_are_taken_out_of_every_set()
    {
        HostRequirement.Require(root: true, program: "runc");
        using var state = new StateFolder();
        var plan = new WorkloadPlan
        {
            Source = new WorkloadSource.HostRoot(), Argv = ["grep", "Cap", "/proc/self/status"], Enforcement = new EnforcementPlan([], 1UL << 13), // CAP_NET_RAW
        };

        var (_, output) = Run(plan, state);

        var sets = output.ToDictionary(line => line.Split(':')[0], line => Convert.ToUInt64(line.Split('\t')[1], 16));
        foreach (var set in (string[])["CapPrm", "CapEff", "CapBnd"]) sets[set].Should().Be(Capabilities.DockerDefault & ~(1UL << 13), set);
    }

    static (int? Exit, string[] Output) Run(WorkloadPlan plan, StateFolder state)
    {
        using var workload = Workload.Create(plan with { CaptureOutput = true, IsSilent = true, StateFolder = state.Path });
        workload.Start();
        var end = workload.Wait();
        return (end.ExitCode, Encoding.UTF8.GetString(workload.Output.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
