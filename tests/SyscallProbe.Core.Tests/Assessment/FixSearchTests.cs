using System.Collections.Immutable;
using CsCheck;
using SyscallProbe.Assessment;
using SyscallProbe.Report;
using SyscallProbe.Rules;
using SyscallProbe.Tests;
using SyscallProbe.Traces;

namespace SyscallProbe.Core.Tests.Assessment;

public sealed class FixSearchTests
{
    [Theory]
    [InlineData("gvisor@release-20260817.0", "io_uring_setup,flags=0", "compatible: run it under kata@", "caveats: start runsc with --iouring=true")]
    [InlineData("gvisor@release-20221219.0", "swapon", "compatible: run it under kata@")]
    [InlineData("gvisor@release-20260817.0", "socket,family=AF_INET,type=SOCK_RAW,protocol=IPPROTO_ICMP", "compatible: start runsc with --net-raw=true", "compatible: run it under kata@")]
    [InlineData("gvisor@release-20230904.0", "clone3,flags=CLONE_CLEAR_SIGHAND", "compatible: upgrade gVisor to release-20260601.0 or newer", "compatible: run it under kata@")]
    [InlineData("gvisor@release-20260817.0", "clone,flags=CLONE_NEWPID", "compatible: give the container CAP_SYS_ADMIN", "compatible: run it under kata@")]
    [InlineData("gvisor@release-20260817.0", "getpid")]
    [InlineData("runc", "io_uring_setup,flags=0")]
    public void The_smallest_changes_that_help_are_named(string target, string query, params string[] expected)
    {
        var report = Assess(TraceOf(query), target);

        report.Fixes.Select(fix => $"{fix.Verdict.Word()}: {fix.Text}").Should().Equal(expected, (found, beginning) => found.StartsWith(beginning));
    }

    [Fact]
    public void What_is_named_gives_its_verdict_when_it_is_assessed() => Gen.Select(RandomTraces.Trace, Gen.OneOf(Gen.Const("gvisor@release-20221219.0"), Gen.Const("gvisor@release-20240401.0"), Gen.Const("gvisor")))
        .Sample((trace, target) => Assess(trace, target).Fixes.All(fix => Assess(With(trace, fix.Capability), fix.Target).Verdict == fix.Verdict), iter: 60);

    [Theory]
    [InlineData("gvisor@release-20221219.0", "process_vm_readv,flags=0", "release-20231009.0")]
    [InlineData("gvisor", "swapon", null)]
    [InlineData("kata@4.1.0,hypervisor=qemu-runtime-rs", "io_uring_setup,flags=0", "3.4.0")] // the first with that hypervisor
    [InlineData("kata@4.1.0,hypervisor=qemu", "io_uring_setup,flags=0", "2.0.0")]
    public void The_minimum_release_is_in_the_report(string target, string query, string? expected) => Assess(TraceOf(query), target).MinimumRelease.Should().Be(expected);

    static TargetReport Assess(Trace trace, string target) => Assessor.Assess(trace, TargetParser.Parse(target), Abi.Amd64, rule => rule);

    static Trace With(Trace trace, string? capability) => capability is null || !Capabilities.TryParse(capability, out var number)
        ? trace
        : trace with { Subjects = [.. trace.Subjects.Select(subject => subject with { Capabilities = subject.Capabilities | 1UL << number })] };

    static Trace TraceOf(string query)
    {
        var (call, _, _) = CallQuery.Parse(query, Abi.Amd64);
        var arguments = KeyArguments.Of(call.Abi, call.Nr).Where(key => key.IsValue).Select((key, slot) => (key.Name, slot)).Where(key => call.Knows(key.slot)).Select(key => new Argument(key.Name, call[key.slot]));
        return new Trace([], [new Subject(["/bin/a"], null, Abi.Amd64, null)], new Evidence { Events = 1, ExitCode = 0, Succeeded = true, FromFirstInstruction = true },
            [new Observation(call.Abi, call.Nr, [.. arguments], null, Result.Success, Phase.Startup, 1, ["/bin/a"])]);
    }
}
