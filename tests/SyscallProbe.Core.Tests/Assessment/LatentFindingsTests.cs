using System.Collections.Immutable;
using SyscallProbe.Assessment;
using SyscallProbe.Report;
using SyscallProbe.Rules;
using SyscallProbe.Traces;

namespace SyscallProbe.Core.Tests.Assessment;

public sealed class LatentFindingsTests
{
    static readonly ITargetModel s_gvisor = TargetModels.Of(TargetParser.Parse("gvisor@release-20221219.0", "test"), Abi.Amd64);

    [Fact]
    public void Calls_that_the_target_refuses_whatever_their_arguments_are_listed_the_blocking_ones_first()
    {
        var latent = Of(["/usr/bin/a"], "swapon", "read", "ioctl", "kcmp", "rseq", "name_to_handle_at");

        latent.Select(finding => (finding.Syscall, finding.Consequence)).Should()
            .StartWith([("kcmp", Consequence.Blocking)]).And.NotContain(finding => finding.Syscall == "read" || finding.Syscall == "ioctl" || finding.Syscall == "rseq");
        latent.Should().OnlyContain(finding => finding.Files.SequenceEqual(new[] { "/usr/bin/a" }) && finding.Rule.StartsWith("GV") && finding.Remedy.Length > 0);
    }

    // runc gives EPERM too: nothing goes otherwise.
    [Theory]
    [InlineData("clock_settime")]
    [InlineData("swapon")]
    [InlineData("init_module")]
    public void What_the_container_may_not_do_anyway_is_not_listed(string syscall)
    {
        Of(["/a"], syscall).Should().BeEmpty();
        Of(["/a"], ~0UL, syscall).Should().ContainSingle().Which.Consequence.Should().Be(Consequence.Blocking);
    }

    [Fact]
    public void They_change_no_verdict_unless_they_count()
    {
        var latent = Of(["/usr/bin/a"], "kcmp");

        Graded(Verdict.Compatible, latent, counts: false).Should().BeEquivalentTo(new { Verdict = Verdict.Compatible, MinimumRelease = "r", Latent = latent });
        var graded = Graded(Verdict.Compatible, latent, counts: true);
        (graded.Verdict, graded.MinimumRelease).Should().Be((Verdict.Inconclusive, null));
        graded.Reasons.Should().Equal("the code can make 1 call that the target refuses and that no run made (kcmp): record a run that reaches them");
    }

    [Theory]
    [InlineData(Verdict.Caveats, Verdict.Inconclusive)]
    [InlineData(Verdict.Incompatible, Verdict.Incompatible)]
    [InlineData(Verdict.Inconclusive, Verdict.Inconclusive)]
    public void Where_they_count_no_verdict_becomes_better(Verdict before, Verdict after) => Graded(before, Of(["/a"], "kcmp"), counts: true).Verdict.Should().Be(after);

    [Fact]
    public void What_is_only_degraded_lowers_nothing()
    {
        ImmutableArray<LatentFinding> degraded = [.. Of(["/a"], "kcmp").Select(finding => finding with { Consequence = Consequence.Degraded })];

        Graded(Verdict.Compatible, degraded, counts: true).Verdict.Should().Be(Verdict.Compatible);
    }

    static TargetReport Graded(Verdict verdict, ImmutableArray<LatentFinding> latent, bool counts) => LatentFindings.Graded(new TargetReport("t", verdict, "r", [], []), latent, counts);

    static ImmutableArray<LatentFinding> Of(string[] files, params string[] syscalls) => Of(files, Capabilities.DockerDefault, syscalls);

    static ImmutableArray<LatentFinding> Of(string[] files, ulong capabilities, params string[] syscalls) =>
        LatentFindings.Of(new Trace([], [new Subject([], null, Abi.Amd64, null) { Capabilities = capabilities }], new Evidence(), []) { Latent = [.. syscalls.Select(name => new LatentCall(Abi.Amd64, Syscalls.NrOf(Abi.Amd64, name)!.Value, [.. files]))] }, s_gvisor, rule => $"see {rule}");
}
