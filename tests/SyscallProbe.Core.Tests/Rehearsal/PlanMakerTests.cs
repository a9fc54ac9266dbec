using SyscallProbe.Assessment;
using SyscallProbe.Core.Tests.Assessment;
using SyscallProbe.Rehearsal;
using SyscallProbe.Report;
using SyscallProbe.Rules;
using SyscallProbe.Traces;

namespace SyscallProbe.Core.Tests.Rehearsal;

public sealed class PlanMakerTests
{
    static readonly ITargetModel s_model = TargetModels.Of(TargetParser.Parse("gvisor@release-20221219.0"), Abi.Amd64);

    static (PlanItems Plan, TargetReport Report) PlanOf(params Observation[] observations) => PlanOf(s_model, observations);

    static (PlanItems Plan, TargetReport Report) PlanOf(ITargetModel model, params Observation[] observations)
    {
        var trace = new Trace([], [], new Evidence { Events = 1, Succeeded = true, FromFirstInstruction = true }, Trace.Normalised(observations));
        var report = Assessor.Assess(trace, model, _ => "");
        return (new PlanMaker(model, Abi.Amd64, Capabilities.DockerDefault).Of(report.Findings), report);
    }

    static Observation Seen(string syscall, string? path = null, Result result = default, params (string Name, ulong Value)[] arguments) =>
        new(Abi.Amd64, Syscalls.NrOf(Abi.Amd64, syscall)!.Value, [.. arguments.Select(argument => new Argument(argument.Name, argument.Value))], path, result, Phase.Startup, 1, ["/bin/a"]);

    [Fact]
    public void A_call_that_is_not_in_the_table_is_refused_whatever_its_arguments()
    {
        var (plan, _) = PlanOf(Seen("clone3", arguments: ("flags", 0x3d0f00)), Seen("clone3", arguments: ("flags", 0x100)));

        var item = plan.Items.Should().ContainSingle().Subject;
        item.Findings.Should().HaveCount(2);
        item.Calls.Should().ContainSingle().Which.Should().BeEquivalentTo(new { Arguments = Array.Empty<ArgumentMatch>(), Path = (string?)null, Errno = Errno.ENOSYS, NeedsLook = false });
    }

    [Fact]
    public void An_argument_that_decides_is_a_condition_and_one_that_does_not_is_none()
    {
        var (plan, _) = PlanOf(Seen("socket", arguments: [("family", 17), ("type", 3), ("protocol", 768)]));

        var call = plan.Items.Should().ContainSingle().Subject.Calls.Should().ContainSingle().Subject;
        call.Arguments.Select(argument => argument.Key.Name).Should().Contain("family").And.NotContain("protocol");
        call.NeedsLook.Should().BeFalse();
    }

    [Fact]
    public void A_path_is_hidden_from_every_call_at_once()
    {
        var (plan, report) = PlanOf(Seen("openat", "/proc/vmstat", arguments: ("flags", 0)), Seen("openat", "/proc/vmstat", arguments: ("flags", 0x80000)), Seen("newfstatat", "/proc/vmstat", arguments: ("flag", 0)));

        report.Findings.Should().HaveCount(3);
        var item = plan.Items.Should().ContainSingle().Subject;
        item.Findings.Should().HaveCount(3);
        item.Calls.Should().HaveCount(2).And.OnlyContain(call => call.Path == "/proc/vmstat" && call.Errno == Errno.ENOENT && call.NeedsLook && call.Arguments.IsEmpty);
    }

    [Fact]
    public void A_silent_no_op_is_faked_where_success_is_no_more_than_a_0()
    {
        var (plan, _) = PlanOf(Seen("mlock"), Seen("mmap", arguments: [("prot", 3), ("flags", 0x40022)]));

        plan.Items.Should().ContainSingle().Which.Calls.Should().ContainSingle().Which.Errno.Should().BeNull();
        plan.Left.Should().OnlyContain(left => left.Reason == "success of this call is more than a return value of 0");
    }

    [Fact]
    public void An_operation_of_a_ring_is_left_unless_the_call_has_the_same_fate()
    {
        var operation = Seen("io_uring_enter", arguments: ("opcode", 22));

        PlanOf(operation).Plan.Left.Should().ContainSingle().Which.Reason.Should().Be("it is carried out for a ring and comes by as no call");
        var (plan, _) = PlanOf(TargetModels.Of(TargetParser.Parse("gvisor@release-20260817.0"), Abi.Amd64), operation);
        plan.Items.Should().ContainSingle().Which.Calls.Should().ContainSingle().Which.Should().BeEquivalentTo(new { Arguments = Array.Empty<ArgumentMatch>(), Errno = Errno.ENOSYS, NeedsLook = false });
    }

    [Fact]
    public void Every_finding_is_enforced_or_left_with_a_reason()
    {
        var (plan, report) = PlanOf(Seen("clone3"), Seen("setsid"), Seen("openat", "/proc/vmstat", arguments: ("flags", 0)), Seen("sendfile", arguments: []), Seen("uname"));

        plan.Items.SelectMany(item => item.Findings).Concat(plan.Left.Select(left => left.Finding)).Should().BeEquivalentTo(Enumerable.Range(0, report.Findings.Length));
    }
}
