using System.Collections.Immutable;
using SyscallProbe.Assessment;
using SyscallProbe.Matrix;
using SyscallProbe.Report;
using SyscallProbe.Rules;
using SyscallProbe.Tests;
using SyscallProbe.Traces;

namespace SyscallProbe.Core.Tests.Rules;

public sealed class GvisorModelTests
{
    static Outcome Ask(string target, string query, Abi abi = Abi.Amd64) =>
        new GvisorModel(TargetParser.Parse(target)).Predict(CallQuery.Parse(query, abi).Call).Single;

    [Theory]
    [InlineData("gvisor@release-20221219.0", "getpid", "Works")]
    [InlineData("gvisor@release-20221219.0", "landlock_create_ruleset", "Fails ENOSYS")]
    [InlineData("gvisor@release-20221219.0", "socket,family=AF_NETLINK,type=SOCK_RAW,protocol=NETLINK_GENERIC", "Fails EPROTONOSUPPORT")]
    [InlineData("gvisor@release-20221219.0", "socket,family=AF_NETLINK,protocol=NETLINK_GENERIC", "Unknown")]
    [InlineData("gvisor@release-20221219.0", "socket,family=AF_INET,type=SOCK_STREAM", "Works")]
    [InlineData("gvisor@release-20221219.0", "swapon", "Fails EPERM")]
    [InlineData("gvisor@release-20221219.0", "swapon,cap=+SYS_ADMIN", "Fails ENOSYS")]
    [InlineData("gvisor@release-20260817.0", "io_uring_setup", "Fails ENOSYS")]
    [InlineData("gvisor@release-20260817.0,iouring=true", "io_uring_setup,flags=0", "Differs")]
    [InlineData("gvisor@release-20221107.0", "io_uring_enter,opcode=IORING_OP_NOP", "Works")]
    [InlineData("gvisor@release-20221107.0", "io_uring_enter,opcode=IORING_OP_READV", "Fails EINVAL")]
    [InlineData("gvisor@release-20221219.0", "io_uring_enter,opcode=IORING_OP_NOP", "Works")]
    [InlineData("gvisor@release-20221219.0", "io_uring_enter,opcode=IORING_OP_READV", "Differs")]
    [InlineData("gvisor@release-20221219.0", "io_uring_enter,opcode=IORING_OP_READ", "Fails EINVAL")]
    [InlineData("gvisor@release-20221219.0", "io_uring_enter,to_submit=0,flags=IORING_ENTER_GETEVENTS", "Fails EPERM")]
    [InlineData("gvisor@release-20221219.0", "io_uring_enter,to_submit=8,flags=IORING_ENTER_GETEVENTS", "Differs")]
    [InlineData("gvisor@release-20221219.0", "io_uring_enter,to_submit=8,flags=IORING_ENTER_SQ_WAKEUP", "Fails EINVAL")]
    [InlineData("gvisor@release-20260817.0", "io_uring_enter,opcode=IORING_OP_NOP", "Fails ENOSYS")]
    [InlineData("gvisor@release-20260817.0,iouring=true", "io_uring_enter,opcode=IORING_OP_READ", "Fails EINVAL")]
    [InlineData("gvisor@release-20260817.0", "socket,family=AF_INET,type=SOCK_RAW,protocol=IPPROTO_ICMP", "Fails EPERM")]
    [InlineData("gvisor@release-20260817.0,net-raw=true", "socket,family=AF_INET,type=SOCK_RAW,protocol=IPPROTO_ICMP", "Works")]
    [InlineData("gvisor@release-20260817.0,net-raw=true", "socket,family=AF_INET,type=SOCK_RAW,protocol=IPPROTO_ICMP,cap=-NET_RAW", "Fails EPERM")]
    [InlineData("gvisor@release-20260817.0", "socket,family=AF_INET,type=SOCK_STREAM,protocol=0", "Works")]
    [InlineData("gvisor@release-20221219.0,network=host", "setsockopt,level=SOL_TCP,optname=TCP_NODELAY", "Works")]
    [InlineData("gvisor@release-20221219.0,network=host", "setsockopt,level=SOL_TCP,optname=TCP_QUICKACK", "Ignored")]
    [InlineData("gvisor@release-20221219.0,network=host", "getsockopt,level=SOL_TCP,optname=TCP_QUICKACK", "Fails ENOPROTOOPT")]
    [InlineData("gvisor@release-20191114.0,network=host", "setsockopt,level=SOL_IP,optname=IP_TOS", "Ignored")]
    [InlineData("gvisor@release-20191129.0,network=host", "setsockopt,level=SOL_IP,optname=IP_TOS", "Works")]
    public void Release_configuration_capability_and_arguments_decide(string target, string query, string expected)
    {
        var outcome = Ask(target, query);

        $"{outcome.Kind}{(outcome.Errno is { } errno ? " " + errno.Name : "")}".Should().Be(expected);
        outcome.Source.Should().NotBeNullOrEmpty();
    }

    [Fact]
    public void What_has_not_been_studied_is_unknown() =>
        Ask("gvisor@release-20190304.1", "setsockopt,level=SOL_SOCKET,optname=SO_REUSEADDR").Should().Match<Outcome>(outcome => outcome.Kind == OutcomeKind.Unknown && outcome.Rule == "GV0004");

    [Fact]
    public void A_failure_names_what_would_make_it_work() =>
        Ask("gvisor@release-20260817.0", "io_uring_setup").Condition.Should().Be("iouring=true");

    [Fact]
    public void Without_its_row_the_verdict_changes()
    {
        var nr = Syscalls.NrOf(Abi.Amd64, "io_uring_setup")!.Value;
        var trace = new Trace([], [], new Evidence { Events = 1, ExitCode = 0, Succeeded = true, FromFirstInstruction = true },
            [new Observation(Abi.Amd64, nr, [new Argument("flags", 0)], null, Result.Success, Phase.Startup, 1, ["/ring"])]);
        var target = TargetParser.Parse("gvisor@release-20260817.0");
        TargetReport Assess(RuleTable rules) => Assessor.Assess(trace, new GvisorModel(target, rules), FindingTexts.RemedyOf);

        Assess(RulesWithout("nothing")).Verdict.Should().Be(Verdict.Incompatible);
        Assess(RulesWithout("io_uring_setup")).Verdict.Should().Be(Verdict.Inconclusive, "the level is partial, which decides nothing");
    }

    [Fact]
    public void An_operation_of_a_ring_that_is_refused_counts_as_a_refused_call()
    {
        var nr = Syscalls.NrOf(Abi.Amd64, "io_uring_enter")!.Value;
        Observation Seen(params Argument[] arguments) => new(Abi.Amd64, nr, [.. arguments], null, Result.Success, Phase.Startup, 3, ["/ring"]);
        var trace = new Trace([], [], new Evidence { Events = 9, ExitCode = 0, Succeeded = true, FromFirstInstruction = true },
            [Seen(new Argument("opcode", 0)), Seen(new Argument("opcode", 22)), Seen(new Argument("to_submit", 1), new Argument("flags", 1))]);

        var report = Assessor.Assess(trace, new GvisorModel(TargetParser.Parse("gvisor@release-20221219.0")), FindingTexts.RemedyOf);

        report.Verdict.Should().Be(Verdict.Incompatible);
        report.Findings.Where(finding => finding.Outcome == OutcomeKind.Fails).Should().ContainSingle("the call itself is no operation, and NOP works").Which.Should().Match<Finding>(finding =>
            finding.Consequence == Consequence.Blocking && finding.Errno!.Value.Name == "EINVAL" && finding.Arguments.Single().Key == "opcode" && finding.Arguments.Single().Value == "IORING_OP_READ");
    }

    [Fact]
    public void An_i386_call_is_unknown() =>
        new GvisorModel(TargetParser.Parse("gvisor")).Predict(new Call { Abi = Abi.I386, Nr = new Nr(1), Syscall = "exit", Capabilities = 0 })
            .Single.Kind.Should().Be(OutcomeKind.Unknown);

    static RuleTable RulesWithout(string syscall)
    {
        var packer = new Packer();
        var data = Repo.PathOf("data");
        foreach (var path in Directory.EnumerateFiles(data, "*.csv", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(data, path)[..^".csv".Length];
            var lines = File.ReadAllLines(path);
            var kept = name.StartsWith("gvisor/rules/", StringComparison.Ordinal) ? lines.Where(line => !line.StartsWith(syscall + ",", StringComparison.Ordinal)) : lines;
            packer.AddCsv(name, new MemoryStream(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', kept) + "\n")));
        }
        packer.AddDerived();
        return new RuleTable(PackedImage.Open(packer.Pack()));
    }
}
