using System.Collections.Immutable;
using SyscallProbe.Assessment;
using SyscallProbe.Report;
using SyscallProbe.Rules;
using SyscallProbe.Traces;

namespace SyscallProbe.Core.Tests.Assessment;

public sealed class AssessorTests
{
    static readonly Evidence s_complete = new() { Events = 1, ExitCode = 0, Succeeded = true, FromFirstInstruction = true };

    /// <summary>A target of known behaviour: one prediction for every call.</summary>
    sealed class Always(Prediction prediction) : ITargetModel
    {
        public Target Target { get; } = new("gvisor", "release-20260817.0", ImmutableSortedDictionary<string, string>.Empty);

        public Prediction Predict(Call call) => prediction;
    }

    static Outcome Fails(string errno) => new(OutcomeKind.Fails, Errno.TryParse(errno, out var value) ? value : null, Rule: "GV0001", Source: "s");

    static Outcome Of(OutcomeKind kind) => new(kind, Effect: "e", Rule: kind == OutcomeKind.Works ? null : "GV0001", Source: "s");

    static TargetReport Assess(Evidence evidence, string syscall, string result, params Outcome[] possible)
    {
        Result.TryParse(result, out var observed);
        var nr = Syscalls.NrOf(Abi.Amd64, syscall)!.Value;
        var trace = new Trace([], [], evidence, [new Observation(Abi.Amd64, nr, [], null, observed, Phase.Startup, 1, ["/bin/a"])]);
        return Assessor.Assess(trace, new Always(new Prediction([.. possible])), rule => $"see {rule}");
    }

    [Theory]
    [InlineData("swapon", "success", "ENOSYS", Consequence.Blocking, Verdict.Incompatible)]
    [InlineData("swapon", "EPERM", "EINVAL", Consequence.Harmless, Verdict.Compatible)]
    [InlineData("swapon", "EPERM", "ENOSYS", Consequence.Unknown, Verdict.Inconclusive)]
    [InlineData("rseq", "EINVAL", "ENOSYS", Consequence.Harmless, Verdict.Compatible)]
    [InlineData("swapon", "EAGAIN", "ENOSYS", Consequence.Blocking, Verdict.Incompatible)]
    [InlineData("rseq", "success", "ENOSYS", Consequence.Harmless, Verdict.Compatible)]
    [InlineData("rseq", "success", "EPERM", Consequence.Blocking, Verdict.Incompatible)]
    public void A_refusal_is_judged_by_what_the_recording_shows_and_by_known_fall_backs(string syscall, string observed, string errno, Consequence consequence, Verdict verdict)
    {
        var report = Assess(s_complete, syscall, observed, Fails(errno));

        report.Findings.Should().ContainSingle().Which.Consequence.Should().Be(consequence);
        report.Verdict.Should().Be(verdict);
    }

    [Fact]
    public void An_answer_that_is_an_error_is_a_refusal()
    {
        Errno.TryParse("EOPNOTSUPP", out var errno);
        var answered = Of(OutcomeKind.Differs) with { Errno = errno };

        Assess(s_complete, "sendto", "success", answered).Verdict.Should().Be(Verdict.Incompatible);
        Assess(s_complete, "sendto", "success", Of(OutcomeKind.Differs)).Verdict.Should().Be(Verdict.Caveats);
        Assess(s_complete, "sendto", "EBADF", answered).Findings.Should().BeEmpty();
    }

    [Theory]
    [InlineData("getsockopt", "level=SOL_TCP,optname=TCP_NOTSENT_LOWAT", "ENOPROTOOPT", Consequence.Degraded, Verdict.Caveats)]
    [InlineData("getsockopt", "level=SOL_SOCKET,optname=SO_PEERCRED", "ENOPROTOOPT", Consequence.Blocking, Verdict.Incompatible)]
    [InlineData("setsockopt", "level=SOL_TCP,optname=TCP_NOTSENT_LOWAT", "ENOPROTOOPT", Consequence.Degraded, Verdict.Caveats)]
    [InlineData("setsockopt", "level=SOL_TCP,optname=TCP_ULP", "ENOPROTOOPT", Consequence.Blocking, Verdict.Incompatible)]
    [InlineData("sched_setscheduler", "policy=SCHED_BATCH", "EINVAL", Consequence.Degraded, Verdict.Caveats)]
    [InlineData("sched_setscheduler", "policy=SCHED_FIFO", "EINVAL", Consequence.Blocking, Verdict.Incompatible)]
    [InlineData("prlimit64", "resource=RLIMIT_RTPRIO,new_rlim=1", "EPERM", Consequence.Degraded, Verdict.Caveats)]
    [InlineData("prlimit64", "resource=RLIMIT_NOFILE,new_rlim=1", "EPERM", Consequence.Blocking, Verdict.Incompatible)]
    [InlineData("quotactl", "cmd=USRQUOTA|Q_SYNC", "EPERM", Consequence.Degraded, Verdict.Caveats)]
    [InlineData("quotactl", "cmd=USRQUOTA|Q_QUOTAON", "EPERM", Consequence.Blocking, Verdict.Incompatible)]
    [InlineData("clone3", "flags=CLONE_VM|CLONE_THREAD", "ENOSYS", Consequence.Harmless, Verdict.Compatible)]
    [InlineData("clone3", "flags=CLONE_PIDFD", "ENOSYS", Consequence.Blocking, Verdict.Incompatible)]
    public void A_refusal_is_judged_by_its_arguments(string syscall, string arguments, string errno, Consequence consequence, Verdict verdict)
    {
        var call = CallQuery.Parse($"{syscall},{arguments}", Abi.Amd64).Call;
        var values = KeyArguments.Of(call.Abi, call.Nr).Where(key => key.IsValue).Select((key, slot) => new Argument(key.Name, call[slot]));
        var observation = new Observation(call.Abi, call.Nr, [.. values], null, Result.Success, Phase.Startup, 1, ["/bin/a"]);

        var report = Assessor.Assess(new Trace([], [], s_complete, [observation]), new Always(new Prediction(Fails(errno))), rule => $"see {rule}");

        report.Findings.Single().Consequence.Should().Be(consequence);
        report.Verdict.Should().Be(verdict);
    }

    [Theory]
    [InlineData(Consequence.Harmless, "/usr/bin/cp", "/bin/mv")]
    [InlineData(Consequence.Blocking, "/usr/bin/cp", "/opt/a")]
    [InlineData(Consequence.Blocking)]
    public void A_fall_back_of_named_programs_counts_only_for_them(Consequence consequence, params string[] executables)
    {
        var nr = Syscalls.NrOf(Abi.Amd64, "lseek")!.Value;
        var seekData = new Argument("whence", 3);
        var observation = new Observation(Abi.Amd64, nr, [seekData], null, Result.Success, Phase.Startup, 1, [.. executables]);

        var report = Assessor.Assess(new Trace([], [], s_complete, [observation]), new Always(new Prediction(Fails("EINVAL"))), rule => $"see {rule}");

        report.Findings.Single().Consequence.Should().Be(consequence);
    }

    [Theory]
    [InlineData("openat", "/sys/kernel/mm/transparent_hugepage/enabled", 0, "GV3002", Consequence.Harmless, Verdict.Compatible)]
    [InlineData("openat", "/sys/kernel/mm/transparent_hugepage/enabled", 1, "GV3002", Consequence.Unknown, Verdict.Inconclusive)]
    [InlineData("openat", "/proc/self/coredump_filter", 1, "GV3001", Consequence.Harmless, Verdict.Compatible)]
    [InlineData("stat", "/sys/devices/system/node", 0, "GV3002", Consequence.Harmless, Verdict.Compatible)]
    [InlineData("openat", "/sys/fs/cgroup/a/b/memory.max", 0, "GV3002", Consequence.Harmless, Verdict.Compatible)]
    [InlineData("openat", "/sys/fs/cgroup/cgroup.procs", 0, "GV3002", Consequence.Unknown, Verdict.Inconclusive)]
    [InlineData("openat", "/proc/vmstat", 0, "GV3001", Consequence.Unknown, Verdict.Inconclusive)]
    [InlineData("openat", "/dev/kvm", 2, "GV3004", Consequence.Blocking, Verdict.Incompatible)]
    [InlineData("openat", "/dev/mqueue", 0x10000, "GV3003", Consequence.Unknown, Verdict.Inconclusive)]
    [InlineData("openat", "/dev/mqueue", 0, "GV3003", Consequence.Blocking, Verdict.Incompatible)]
    [InlineData("openat", "/sys/devices/system/cpu/cpu1/cache/index0/size", 0, "GV3002", Consequence.Harmless, Verdict.Compatible)]
    [InlineData("openat", "/sys/devices/system/cpu/cpu1/topology/core_id", 0, "GV3002", Consequence.Unknown, Verdict.Inconclusive)]
    [InlineData("stat", "/dev/core", 0, "GV3003", Consequence.Degraded, Verdict.Caveats)]
    [InlineData("readlink", "/proc/self/ns/user", 0, "GV3001", Consequence.Degraded, Verdict.Caveats)]
    public void A_path_that_is_missing_matters_unless_programs_are_known_to_do_without(
        string syscall, string path, ulong flags, string rule, Consequence consequence, Verdict verdict)
    {
        var nr = Syscalls.NrOf(Abi.Amd64, syscall)!.Value;
        var observation = new Observation(Abi.Amd64, nr, [new Argument("flags", flags)], path, Result.Success, Phase.Startup, 1, ["/bin/a"]);
        var outcome = new Outcome(OutcomeKind.Fails, Errno.ENOENT, Rule: rule, Source: "s");

        var report = Assessor.Assess(new Trace([], [], s_complete, [observation]), new Always(new Prediction(outcome)), rule => $"see {rule}");

        report.Findings.Single().Consequence.Should().Be(consequence);
        report.Verdict.Should().Be(verdict);
    }

    [Fact]
    public void The_same_errno_as_under_runc_is_no_divergence() =>
        Assess(s_complete, "swapon", "ENOSYS", Fails("ENOSYS")).Findings.Should().BeEmpty();

    [Theory]
    [InlineData("madvise", Consequence.Harmless, Verdict.Compatible)]
    [InlineData("mlock", Consequence.Degraded, Verdict.Caveats)]
    public void An_ignored_call_is_judged_by_what_relies_on_it(string syscall, Consequence consequence, Verdict verdict)
    {
        var report = Assess(s_complete, syscall, "success", Of(OutcomeKind.Ignored));

        report.Findings.Single().Consequence.Should().Be(consequence);
        report.Verdict.Should().Be(verdict);
    }

    [Fact]
    public void What_is_not_known_is_never_a_positive_verdict()
    {
        var report = Assess(s_complete, "swapon", "success", Of(OutcomeKind.Unknown));

        report.Verdict.Should().Be(Verdict.Inconclusive);
        report.Reasons.Should().Equal("what the target does with 1 kinds of call is not known");
    }

    [Fact]
    public void Several_possible_outcomes_count_only_where_they_would_be_felt_differently()
    {
        Assess(s_complete, "ioctl", "ENOTTY", Of(OutcomeKind.Works), Fails("ENOTTY")).Findings.Should().BeEmpty();
        Assess(s_complete, "ioctl", "success", Of(OutcomeKind.Works), Fails("ENOTTY")).Findings.Single().Consequence.Should().Be(Consequence.Unknown);
        Assess(s_complete, "ioctl", "success", Fails("EINVAL"), Fails("ENOTTY")).Findings.Single().Consequence.Should().Be(Consequence.Blocking);
    }

    public static TheoryData<string, Evidence> Thin => new()
    {
        { "2 calls were lost while recording", s_complete with { Lost = 2 } },
        { "3 lines could not be read", s_complete with { Unparsed = 3 } },
        { "recording did not begin with the workload's first instruction", s_complete with { FromFirstInstruction = false } },
        { "it is not known whether the workload did its work: give a health check with --health", s_complete with { Succeeded = null } },
        { "a reason", s_complete with { Reasons = ["a reason"] } },
        { "the trace has names of calls only, no arguments and results", s_complete with { NamesOnly = true } },
        { "the trace has no calls", s_complete with { Events = 0 } },
        { "the workload failed under runc, so nothing can be said of a sandbox: make it succeed there first", s_complete with { Succeeded = false } },
    };

    [Theory]
    [MemberData(nameof(Thin))]
    public void Thin_evidence_makes_a_positive_verdict_inconclusive(string reason, Evidence evidence)
    {
        var report = Assess(evidence, "getpid", "success", Of(OutcomeKind.Works));

        report.Verdict.Should().Be(Verdict.Inconclusive);
        report.Reasons.Should().Contain(reason);
    }

    [Fact]
    public void A_blocking_finding_stands_on_partial_evidence() =>
        Assess(s_complete with { Succeeded = null }, "swapon", "success", Fails("ENOSYS")).Verdict.Should().Be(Verdict.Incompatible);
}
