using System.Collections.Immutable;
using CsCheck;
using SyscallProbe.Assessment;
using SyscallProbe.Matrix;
using SyscallProbe.Report;
using SyscallProbe.Rules;
using SyscallProbe.Traces;

namespace SyscallProbe.Core.Tests.Assessment;

public sealed class VerdictHistoryTests
{
    static readonly GvisorReleases s_releases = GvisorReleases.Known;

    [Fact]
    public void Runs_of_releases_say_of_each_release_what_it_says_itself() =>
        Gen.Select(RandomTraces.Call, RandomTraces.Configuration, Gen.ULong).Sample((observation, configuration, capabilities) =>
        {
            var (history, call, spans) = (new GvisorHistory(configuration), Call.Of(observation, capabilities & Capabilities.All), new List<PredictedSpan>());
            history.Predict(call, spans);

            var next = 0;
            foreach (var (since, until, prediction) in spans)
            {
                if (since.Index != next || until < since) return false;
                for (next = since.Index; next <= until.Index; next++)
                {
                    var own = history.Predict(call, new Release(next));
                    if (own.FdCondition != prediction.FdCondition || !own.Possible.SequenceEqual(prediction.Possible)) return false;
                }
            }
            return next == s_releases.All.Length;
        }, iter: 2_000);

    [Fact]
    public void A_verdict_is_that_of_the_assessment_at_the_release() =>
        Gen.Select(RandomTraces.Trace, RandomTraces.Configuration).Sample((trace, configuration) =>
        {
            var history = VerdictHistory.Of(trace, new GvisorHistory(configuration));

            return s_releases.All.All(release => history.At(release) is not { } verdict || verdict == Assess(trace, release, configuration).Verdict);
        }, iter: 40);

    [Theory]
    [InlineData("", "release-20190304.1", true)]
    [InlineData("iouring=true", "release-20221219.0", false)]
    [InlineData("iouring=true", "release-20230118.0", true)]
    [InlineData("iouring=true,host-uds=open", "release-20230118.0", true)]
    public void Where_runsc_lacks_a_flag_there_is_no_verdict(string flags, string release, bool has) =>
        VerdictHistory.Of(TraceOf(Called("getpid")), new GvisorHistory(RandomTraces.Flags(flags))).At(s_releases.Parse(release)).HasValue.Should().Be(has);

    [Theory]
    [InlineData("", "release-20260601.0", "clone3", "flags", 0x100000000)] // CLONE_CLEAR_SIGHAND
    [InlineData("", "release-20231009.0", "process_vm_readv", "flags", 0)]
    [InlineData("", null, "swapon", null, 0)]
    [InlineData("", "release-20190304.1", "getpid", null, 0)]
    [InlineData("net-raw=true", "release-20190529.1", "getpid", null, 0)]
    public void Compatible_from_is_after_the_last_release_that_is_not(string flags, string? expected, string syscall, string? argument, long value)
    {
        var trace = TraceOf(Called(syscall, argument is null ? [] : [new Argument(argument, (ulong)value)]));
        var configuration = RandomTraces.Flags(flags);

        var from = VerdictHistory.Of(trace, new GvisorHistory(configuration)).From(Verdict.Compatible);

        (from is { } release ? s_releases.NameOf(release) : null).Should().Be(expected);
        if (from is not { } first) return;
        Assess(trace, first, configuration).Verdict.Should().Be(Verdict.Compatible);
        if (first.Index > 0 && flags.Length == 0) Assess(trace, new Release(first.Index - 1), configuration).Verdict.Should().NotBe(Verdict.Compatible);
    }

    [Fact]
    public void Flags_and_capabilities_are_looked_at_again_where_they_change()
    {
        string[] NamesOf(ReleaseSet set) => [.. s_releases.All.Where(release => set[release.Index]).Select(s_releases.NameOf)];
        var defaults = new GvisorConfiguration(RandomTraces.Flags(""));

        NamesOf(defaults.StrippedChanges).Should().Equal("release-20190529.1");
        NamesOf(defaults.Of(new FlagTerms("platform=systrap")).Changes).Should().Equal("release-20230621.0");
        NamesOf(defaults.Of(new FlagTerms("fuse=false|true vfs2=true")).Changes).Should().Equal("release-20211026.0");
        NamesOf(new GvisorConfiguration(RandomTraces.Flags("net-raw=true")).StrippedChanges).Should().BeEmpty();
    }

    static TargetReport Assess(Trace trace, Release release, ImmutableSortedDictionary<string, string> configuration) =>
        Assessor.Assess(trace, new GvisorModel(new Target("gvisor", s_releases.NameOf(release), configuration)), FindingTexts.RemedyOf);

    static Observation Called(string syscall, params Argument[] arguments) =>
        new(Abi.Amd64, Syscalls.NrOf(Abi.Amd64, syscall)!.Value, [.. arguments], null, Result.Success, Phase.Startup, 1, ["/bin/a"]);

    static Trace TraceOf(params Observation[] observations) =>
        new([], [], new Evidence { Events = 1, ExitCode = 0, Succeeded = true, FromFirstInstruction = true }, Trace.Normalised(observations));
}
