using SyscallProbe.Report;
using SyscallProbe.Rules;
using SyscallProbe.Traces;

namespace SyscallProbe.Core.Tests.Report;

/// <summary>One report that has something of everything, strings of a hostile workload too; every renderer writes it in a golden test.</summary>
static class SampleReport
{
    public static CheckReport Value { get; } = new(
        "0.0.0",
        new Subject(["/usr/sbin/mariadbd", "--datadir=/var/lib/my sql", "\e]0;owned\a"], null, Abi.Amd64, "6.18.0"),
        new Evidence
        {
            Events = 48_212, ExitCode = 0, Healthy = true, Succeeded = true, FromFirstInstruction = true, Runs = 3, LastNewKind = 0.966, LateKinds = 2, Recorders = ["ebpf"],
        },
        [
            new TargetReport("gvisor@release-20260817.0,platform=systrap", Verdict.Incompatible, null, [],
            [
                Failing("GV1001", "io_uring_setup", [], "ENOSYS", 1, Consequence.Blocking, "iouring=true", "Start runsc with --iouring=true, or turn io_uring off in the program.") with { Runs = 1 },
                Failing("GV1040", "ioctl", [new("cmd", "SIOCGIFMAP")], "ENOTTY", 3, Consequence.Unknown, null, "Check what the program does without it."),
                Failing("GV1040", "ioctl", [new("cmd", "SIOCGIFTXQLEN")], "ENOTTY", 2, Consequence.Unknown, null, "Check what the program does without it."),
                new Finding("GV2001", "madvise", [new("advice", "MADV_HUGEPAGE")], null, OutcomeKind.Ignored, null, null, new Observed(1_204, Result.Success), Consequence.Degraded,
                    Certainty.Predicted, ["/usr/sbin/mariadbd"], Phase.Serving, null, "Transparent huge pages do not exist in the sandbox.", "Expect more page faults, or preallocate."),
                new Finding("GV3001", "openat", [new("flags", "O_CLOEXEC")], "/proc/sys/\u202e/\e[2Jvm", OutcomeKind.Fails, new Errno(2), null, new Observed(1, Result.Success),
                    Consequence.Degraded, Certainty.Rehearsed, ["/usr/bin/\a", "/bin/sh", "/bin/true"], Phase.Startup, null, null, "Set the value on the node."),
                Failing("GV0001", "rseq", [], "ENOSYS", 12, Consequence.Harmless, null, "None is needed."),
                Failing("GV0002", "copy_file_range", [], "ENOSYS", 2, Consequence.Harmless, null, "None is needed.") with { AssessedConsequence = Consequence.Degraded },
                Failing("GV1003", "keyctl", [new("operation", "KEYCTL_READ")], "EACCES", 4, Consequence.Blocking, null, "Do without keys.") with
                {
                    Waiver = new FindingWaiver("Only `login` <b>asks</b>, @ops\e[2J agreed: OPS-1", new DateOnly(2027, 1, 31), IsExpired: false),
                },
            ])
            {
                Fixes =
                [
                    new Fix(FixKind.Runtime, "kata@3.20.0,hypervisor=qemu", null, Verdict.Compatible, "run it under kata@3.20.0,hypervisor=qemu"),
                    new Fix(FixKind.Capability, "gvisor@release-20260817.0,platform=systrap", "CAP_SYS_ADMIN", Verdict.Caveats, "give the container CAP_SYS_ADMIN"),
                ],
                Latent =
                [
                    new LatentFinding("GV1002", "kcmp", OutcomeKind.Fails, Errno.ENOSYS, null, Consequence.Blocking, ["/usr/lib/lib\e[2J.so", "/usr/sbin/mariadbd"], "Do without it."),
                    new LatentFinding("GV2002", "mlock2", OutcomeKind.Ignored, null, null, Consequence.Degraded, ["/usr/sbin/mariadbd"], "Expect no locked memory."),
                ],
                Rehearsal = new RehearsalReport(RehearsalResult.Breaks, 9, 5,
                    [new NotEnforcedFinding("GV2001", "madvise(advice=MADV_HUGEPAGE)", "the call works there in another way, which no answer in its place can show"), new NotEnforcedFinding("GV3001", "openat on /proc/\e[2J", "calls of this kind went through all the same")],
                    ["io_uring_setup: Function not implemented", "\e]0;owned\a fatal"]),
            },
            new TargetReport("kata@3.20.0,hypervisor=qemu", Verdict.Compatible, "3.0.0", [], []),
            new TargetReport("gvisor@release-20221219.0", Verdict.Inconclusive, null,
                ["what the target does with 1 kind of call is not known", "3 calls were lost while recording"],
                [
                    new Finding("GV0004", "bpf", [new("cmd", "BPF_PROG_LOAD")], null, OutcomeKind.Unknown, null, null, new Observed(1, Result.Failed(Errno.EPERM)), Consequence.Unknown,
                        Certainty.Predicted, ["/usr/sbin/mariadbd"], Phase.Shutdown, null, null, "Try it on the release."),
                    new Finding("GV3001", "openat", [], "/tmp/<img src=x onerror=alert(1)>|`x` @all #1 %0A::error::{0}[a](b)]]>&amp;", OutcomeKind.Differs, null, null, new Observed(1, Result.Success),
                        Consequence.Degraded, Certainty.Predicted, ["=cmd|' /C calc'!A0"], Phase.Startup, null, "The file is <b>another</b> one.", "Look at `it`.")
                    {
                        Stack = ["open64", "[libc.so.6+0x12]", "<main>"],
                        Waiver = new FindingWaiver("=until the upgrade", new DateOnly(2026, 11, 30), IsExpired: true),
                    },
                    new Finding("GV0005", null, [], null, OutcomeKind.Fails, null, null, default, Consequence.Blocking,
                        Certainty.Verified, [], Phase.Startup, new Location("pod.yaml", 12, "spec.hostNetwork"), null, "Leave hostNetwork out."),
                ]),
        ],
        new Recommendation("kata", ["an untrusted workload needs a sandbox, and gVisor breaks it", "gvisor@release-20260817.0: incompatible, io_uring_setup gives ENOSYS"],
            ["this machine has no /dev/kvm: schedule onto nodes that have it"])
        {
            Target = "kata@3.20.0,hypervisor=qemu",
            Policy = new PolicyDecision(40,
            [
                new PolicyFact("trust", "untrusted", "--trust", Decides: true),
                new PolicyFact("gvisor", "incompatible", "gvisor@release-20260817.0,platform=systrap", Decides: true),
                new PolicyFact("kata", "compatible", "kata@3.20.0,hypervisor=qemu", Decides: true),
                new PolicyFact("evidence", "complete", "", Decides: false),
                new PolicyFact("accelerator", "none", "\e[2J", Decides: false),
            ]),
        })
    {
        Kinds = 37,
        Profile = new WorkloadProfile(48_212, 9_001, null, 512L << 20, HasManifest: true),
        SingleRunKinds = 4,
        Waivers =
        [
            new WaiverUse("GV1003", [], "Only `login` <b>asks</b>, @ops\e[2J agreed: OPS-1", new DateOnly(2027, 1, 31), ".syscallprobe.yaml", 4, WaiverState.Applied, 1),
            new WaiverUse("GV3001", [new("executable", "*cmd*"), new("argument", "path=/tmp/<img src=x onerror=alert(1)>*")], "=until the upgrade", new DateOnly(2026, 11, 30), ".syscallprobe.yaml", 7, WaiverState.Expired, 1),
            new WaiverUse("GV0006", [], "long gone", new DateOnly(2027, 1, 31), ".syscallprobe.yaml", 11, WaiverState.Stale, 0),
        ],
    };

    static Finding Failing(string rule, string syscall, KeyValuePair<string, string>[] arguments, string errno, ulong count, Consequence consequence, string? condition, string remedy) =>
        new(rule, syscall, [.. arguments], null, OutcomeKind.Fails, Errno.TryParse(errno, out var number) ? number : null, condition, new Observed(count, Result.Success), consequence,
            Certainty.Predicted, ["/usr/sbin/mariadbd"], Phase.Startup, null, null, remedy);
}
