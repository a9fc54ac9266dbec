using System.Collections.Immutable;
using SyscallProbe.Assessment;
using SyscallProbe.Rehearsal;
using SyscallProbe.Report;
using SyscallProbe.Rules;
using SyscallProbe.Traces;

namespace SyscallProbe.Core.Tests.Rehearsal;

/// <summary>The rehearsal of programs whose behaviour is a function: from what is enforced to what they call and whether they work.</summary>
public sealed class RehearserTests
{
    static readonly string[] s_probes = ["clone3", "rseq", "io_uring_setup", "pidfd_open", "kcmp", "bpf"];

    // Returns the report, and how often the program ran.
    static (TargetReport Report, int Runs) Rehearse(Func<ISet<string>, int, (bool Works, string[] Calls)> program, string target, int repetitions = 1)
    {
        var model = TargetModels.Of(TargetParser.Parse(target), Abi.Amd64);
        var runs = 0;
        TargetReport Assess(Trace trace) => Assessor.Assess(trace, model, _ => "");
        var recorded = TraceOf(program(new HashSet<string>(), 0), []);
        var rehearser = new Rehearser(new PlanMaker(model, Abi.Amd64, Capabilities.DockerDefault), Assess, plan =>
        {
            var refused = plan.Calls.ToDictionary(call => Syscalls.NameOf(call.Abi, call.Nr)!, call => call.Errno);
            var behaviour = program(refused.Keys.ToHashSet(), ++runs);
            return new RehearsalRun(behaviour.Works, TraceOf(behaviour, refused), behaviour.Works ? [] : ["it broke"]);
        }, repetitions, 0, _ => { });
        return (rehearser.Run(Assess(recorded), recorded), runs);
    }

    static Trace TraceOf((bool Works, string[] Calls) behaviour, Dictionary<string, Errno?> refused) => new([Guid.NewGuid()], [],
        new Evidence { Events = 1, ExitCode = 0, Succeeded = behaviour.Works, FromFirstInstruction = true },
        Trace.Normalised(behaviour.Calls.Select(name => new Observation(Abi.Amd64, Syscalls.NrOf(Abi.Amd64, name)!.Value, [], null,
            refused.TryGetValue(name, out var errno) ? Result.Failed(errno!.Value) : Result.Success, Phase.Startup, 1, ["/bin/a"]))));

    static string Forced(params string[] calls) => "gvisor@release-20221219.0" + string.Concat(calls.Select(call => $",outcome:{call}=EPERM"));

    [Fact]
    public void What_it_does_not_mind_is_harmless_and_makes_it_compatible()
    {
        var (report, runs) = Rehearse((_, _) => (true, s_probes), Forced(s_probes));

        report.Verdict.Should().Be(Verdict.Compatible);
        report.Findings.Should().HaveCount(6).And.OnlyContain(finding => finding.Consequence == Consequence.Harmless && finding.Certainty == Certainty.Rehearsed);
        report.Rehearsal.Should().BeEquivalentTo(new { Result = RehearsalResult.Passes, Runs = 1, Enforced = 6 });
        runs.Should().Be(1);
    }

    [Fact]
    public void What_breaks_it_together_is_blocking_and_the_rest_harmless()
    {
        var (report, _) = Rehearse((refused, _) => (!(refused.Contains("kcmp") && refused.Contains("rseq")), s_probes), Forced(s_probes));

        report.Verdict.Should().Be(Verdict.Incompatible);
        report.Findings.Where(finding => finding.Consequence == Consequence.Blocking).Select(finding => finding.Syscall).Should().BeEquivalentTo("kcmp", "rseq");
        report.Findings.Should().OnlyContain(finding => finding.Certainty == Certainty.Rehearsed);
        report.Rehearsal!.Result.Should().Be(RehearsalResult.Breaks);
        report.Rehearsal.Output.Should().Equal("it broke");
    }

    [Fact]
    public void A_fall_back_is_enforced_as_well_and_counts_though_the_recording_never_saw_it()
    {
        (bool, string[]) Program(ISet<string> refused, int run) =>
            !refused.Contains("clone3") ? (true, ["clone3"]) : refused.Contains("kcmp") ? (false, ["clone3", "kcmp"]) : (true, ["clone3", "kcmp"]);

        var (report, _) = Rehearse(Program, Forced("clone3", "kcmp"));

        report.Verdict.Should().Be(Verdict.Incompatible);
        report.Findings.Select(finding => (finding.Syscall, finding.Consequence)).Should().BeEquivalentTo([("clone3", Consequence.Blocking), ("kcmp", Consequence.Blocking)]);
    }

    [Fact]
    public void What_was_looked_for_by_prediction_alone_is_dropped_where_the_rehearsal_says_otherwise()
    {
        var model = TargetModels.Of(TargetParser.Parse("gvisor@release-20221219.0"), Abi.Amd64);
        var recorded = TraceOf((true, ["rseq"]), []);
        var predicted = Assessor.Assess(recorded, model, _ => "") with
        {
            MinimumRelease = "release-20221219.0", Fixes = [new Fix(FixKind.Release, "gvisor@release-20260817.0", null, Verdict.Compatible, "use it")],
        };
        TargetReport Rehearsed(bool passes) => new Rehearser(new PlanMaker(model, Abi.Amd64, Capabilities.DockerDefault), trace => Assessor.Assess(trace, model, _ => ""),
            plan => new RehearsalRun(passes || plan.Calls.IsEmpty, TraceOf((true, ["rseq"]), new() { ["rseq"] = Errno.ENOSYS }), []), 1, 0, _ => { }).Run(predicted, recorded);

        Rehearsed(passes: true).Should().BeEquivalentTo(new { Verdict = Verdict.Compatible, MinimumRelease = "release-20221219.0", Fixes = Array.Empty<Fix>() });
        Rehearsed(passes: false).Should().BeEquivalentTo(new { Verdict = Verdict.Incompatible, MinimumRelease = (string?)null, predicted.Fixes });
    }

    [Theory]
    [InlineData(4, RehearsalResult.Passes, Verdict.Compatible)]
    [InlineData(9, RehearsalResult.Fickle, Verdict.Inconclusive)]
    public void A_failure_that_enforcing_may_have_caused_itself_is_tried_again_and_blames_nothing(int disturbed, RehearsalResult result, Verdict verdict)
    {
        var model = TargetModels.Of(TargetParser.Parse("gvisor@release-20221219.0"), Abi.Amd64);
        var recorded = TraceOf((true, ["rseq"]), []);
        var runs = 0;
        var rehearser = new Rehearser(new PlanMaker(model, Abi.Amd64, Capabilities.DockerDefault), trace => Assessor.Assess(trace, model, _ => ""), plan =>
        {
            runs++;
            var passes = runs > disturbed;
            return new RehearsalRun(passes, TraceOf((passes, ["rseq"]), new() { ["rseq"] = Errno.ENOSYS }), [], IsDisturbed: !passes);
        }, 1, 0, _ => { });

        var report = rehearser.Run(Assessor.Assess(recorded, model, _ => ""), recorded);

        report.Rehearsal!.Result.Should().Be(result);
        report.Verdict.Should().Be(verdict);
        runs.Should().Be(5);
    }

    [Fact]
    public void What_breaks_it_and_may_not_be_what_the_target_does_leaves_it_open()
    {
        // sendfile fails or works by the kind of its input, which was not seen.
        var model = TargetModels.Of(TargetParser.Parse("gvisor@release-20221219.0"), Abi.Amd64);
        var recorded = TraceOf((true, ["sendfile"]), []);
        TargetReport Assess(Trace trace) => Assessor.Assess(trace, model, _ => "");

        var report = new Rehearser(new PlanMaker(model, Abi.Amd64, Capabilities.DockerDefault), Assess, plan => new RehearsalRun(plan.Calls.IsEmpty, recorded, []), 1, 0, _ => { })
            .Run(Assess(recorded), recorded);

        report.Verdict.Should().Be(Verdict.Inconclusive);
        report.Rehearsal!.Result.Should().Be(RehearsalResult.Unresolved);
        report.Findings.Should().ContainSingle().Which.Should().BeEquivalentTo(new { Consequence = Consequence.Unknown, Certainty = Certainty.Predicted });
    }

    [Fact]
    public void A_program_that_works_but_once_is_not_blamed_on_what_was_enforced()
    {
        var (report, runs) = Rehearse((_, run) => (run == 0, s_probes), Forced(s_probes));

        report.Rehearsal!.Result.Should().Be(RehearsalResult.Fickle);
        report.Findings.Should().OnlyContain(finding => finding.Certainty == Certainty.Predicted);
        runs.Should().BeLessThanOrEqualTo(3);
    }

    [Fact]
    public void A_call_that_went_through_all_the_same_proves_nothing()
    {
        var model = TargetModels.Of(TargetParser.Parse(Forced("kcmp", "bpf")), Abi.Amd64);
        var recorded = TraceOf((true, ["kcmp", "bpf"]), []);
        TargetReport Assess(Trace trace) => Assessor.Assess(trace, model, _ => "");
        var rehearser = new Rehearser(new PlanMaker(model, Abi.Amd64, Capabilities.DockerDefault), Assess,
            plan => new RehearsalRun(true, TraceOf((true, ["kcmp", "bpf"]), new() { ["bpf"] = Errno.EPERM }), []), 1, 0, _ => { });

        var report = rehearser.Run(Assess(recorded), recorded);

        report.Verdict.Should().Be(Verdict.Incompatible);
        report.Findings.Select(finding => (finding.Syscall, finding.Certainty)).Should().BeEquivalentTo([("kcmp", Certainty.Predicted), ("bpf", Certainty.Rehearsed)]);
        report.Rehearsal!.NotEnforced.Should().ContainSingle().Which.Call.Should().Be("kcmp");
    }

    [Theory]
    [InlineData(true, RehearsalResult.Breaks, Consequence.Blocking, Verdict.Incompatible)]
    [InlineData(false, RehearsalResult.Unresolved, Consequence.Harmless, Verdict.Inconclusive)]
    public void Where_the_loss_of_capabilities_breaks_it_the_refused_calls_tell_what_it_misses(bool mindsTheCall, RehearsalResult result, Consequence consequence, Verdict verdict)
    {
        var model = TargetModels.Of(TargetParser.Parse("gvisor@release-20221219.0"), Abi.Amd64);
        var recorded = TraceOf((true, ["rseq"]), []);
        TargetReport Assess(Trace trace) => Assessor.Assess(trace, model, _ => "");
        var rehearser = new Rehearser(new PlanMaker(model, Abi.Amd64, Capabilities.DockerDefault), Assess,
            plan => new RehearsalRun(plan.DroppedCapabilities == 0 && !(mindsTheCall && !plan.Calls.IsEmpty), recorded, []), 1, model.StrippedCapabilities, _ => { });

        var report = rehearser.Run(Assess(recorded), recorded);

        report.Rehearsal!.Result.Should().Be(result);
        report.Findings.Should().ContainSingle().Which.Consequence.Should().Be(consequence);
        report.Verdict.Should().Be(verdict);
    }

    [Fact]
    public void A_program_that_now_breaks_and_now_does_not_is_not_called_compatible()
    {
        var (report, _) = Rehearse((_, run) => (run % 3 != 2, ["rseq"]), "gvisor@release-20221219.0", repetitions: 3);

        report.Rehearsal!.Result.Should().Be(RehearsalResult.Fickle);
        report.Verdict.Should().Be(Verdict.Inconclusive);
    }
}
