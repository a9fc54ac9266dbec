using System.Collections.Immutable;
using System.Text;
using CsCheck;
using SyscallProbe.Rules;
using SyscallProbe.Traces;

namespace SyscallProbe.Core.Tests.Traces;

public sealed class TraceJsonTests
{
    internal static readonly Trace Sample = new(
        [Guid.Parse("11111111-2222-3333-4444-555555555555")],
        [new Subject(["redis-server", "--port", "1"], null, Abi.Amd64, "6.18.0") { Capabilities = 1UL << 13 }],
        new Evidence { Events = 5, ExitCode = 0, Succeeded = true, FromFirstInstruction = true, LastNewKind = 0.25, LateKinds = 0, Recorders = ["ptrace", "ebpf"], SeccompFilter = true },
        Trace.Normalised(
        [
            new Observation(Abi.Amd64, new Nr(16), [new Argument("fd", (ulong)FdKind.Tty), new Argument("cmd", 0x5401)], null, Result.Success, Phase.Startup, 3, ["/bin/a"]),
            new Observation(Abi.Amd64, new Nr(257), [new Argument("flags", 0x80000)], "/proc/\u001b]0;x\u0007", Result.Failed(new Errno(2)), Phase.Serving, 1, ["/bin/a", "/bin/b"]),
            new Observation(Abi.Amd64, new Nr(60), [], null, Result.Never, Phase.Shutdown, 1, ["/bin/a"]),
            new Observation(Abi.Amd64, new Nr(99999), [], null, Result.Failed(Errno.ENOSYS), Phase.Init, 7, ["/bin/a"]),
        ]))
    {
        Mappings = System.Collections.Immutable.ImmutableSortedDictionary.Create<string, bool>(StringComparer.Ordinal).Add("/bin/a", true).Add("/bin/\u001b]0;x\u0007", false),
        Latent = [new LatentCall(Abi.Amd64, new Nr(312), ["/bin/a"]), new LatentCall(Abi.Arm64, new Nr(9999), ["/bin/a", "/lib/x"])],
    };

    static string Text(Trace trace) => Encoding.UTF8.GetString(TraceJson.Write(trace));

    [Fact]
    public void A_trace_reads_back_as_written()
    {
        var back = TraceJson.Read(TraceJson.Write(Sample), "a.trace.json");

        Text(back).Should().Be(Text(Sample));
        back.Observations.Should().HaveCount(4);
        back.Latent.Should().HaveCount(2);
        (back.Evidence.LastNewKind, back.Evidence.LateKinds).Should().Be((0.25, 0));
        back.Capabilities.Should().Be(1UL << 13);
        back.Evidence.Grade.Should().Be(EvidenceGrade.Complete);
        back.Evidence.Recorders.Should().Equal("ebpf", "ptrace");
        back.Evidence.SeccompFilter.Should().BeTrue();
    }

    [Theory]
    [InlineData("\"recorder\": null,")]
    [InlineData("")]
    public void A_trace_that_does_not_name_its_recorder_is_read_and_names_none(string instead)
    {
        var text = Text(Sample);
        text.Should().Contain("\"recorder\": \"ebpf+ptrace\",");

        var read = TraceJson.Read(Encoding.UTF8.GetBytes(text.Replace("\"recorder\": \"ebpf+ptrace\",", instead)), "old");

        read.Evidence.Recorders.Should().BeEmpty();
        Text(read).Should().Contain("\"recorder\": null,");
    }

    [Fact]
    public void Arguments_are_symbols_and_a_number_without_a_name_has_a_null_syscall() =>
        Text(Sample).Should().Contain("\"arguments\": {\n        \"fd\": \"tty\",\n        \"cmd\": \"TCGETS\"\n      }")
            .And.Contain("\"nr\": 99999,\n      \"syscall\": null")
            .And.Contain("\"result\": \"never\"").And.Contain("\"result\": \"ENOENT\"")
            .And.NotContain("\u001b");

    [Theory]
    [InlineData("\"schemaVersion\": 1", "\"schemaVersion\": 2", "expected schemaVersion 1, found 2")]
    [InlineData("\"events\": 5", "\"events\": 6", "expected 5, the sum of the counts, found 6")]
    [InlineData("\"count\": 3", "\"count\": 0", "expected at least 1")]
    [InlineData("\"count\": 3", "\"count\": -3", "expected a whole number, found -3")]
    [InlineData("\"count\": 3", "\"count\": 18446744073709551615", "the counts add up to more than 2^64")]
    [InlineData("TCGETS", "TCNONSENSE", "'TCNONSENSE' is no value of the argument 'cmd'")]
    [InlineData("\"ENOENT\"", "\"EMADEUP\"", "expected success, never or an errno, found 'EMADEUP'")]
    [InlineData("\"serving\"", "\"resting\"", "expected init, startup, serving or shutdown, found 'resting'")]
    [InlineData("\"observations\"", "\"observation\"", "'observations' is missing")]
    [InlineData("{", "", "expected a trace in JSON")]
    public void What_does_not_fit_is_named(string from, string to, string expected)
    {
        var text = Text(Sample);
        var at = text.IndexOf(from, StringComparison.Ordinal);
        var reading = () => TraceJson.Read(Encoding.UTF8.GetBytes(text[..at] + to + text[(at + from.Length)..]), "a.trace.json");

        var failure = reading.Should().Throw<FailureException>().Which.Failure;
        failure.What.Should().Be(expected);
        failure.Where.Should().StartWith("a.trace.json: ");
    }

    // Of two recordings one saw a kind that the other did not.
    [Fact]
    public void In_how_many_recordings_a_kind_was_seen_is_kept()
    {
        var other = Sample with { Ids = [Guid.Parse("21111111-2222-3333-4444-555555555555")], Observations = [.. Sample.Observations.Where(observation => observation.Nr != new Nr(60))], Evidence = Sample.Evidence with { Events = 4 } };

        var back = TraceJson.Read(TraceJson.Write(TraceMerge.Merge(Sample, other)), "a.trace.json");

        back.Observations.Select(observation => (observation.Nr.Value, observation.Runs)).Should().BeEquivalentTo([(16, 2), (60, 1), (257, 2), (99999, (int?)2)]);
        back.SingleRunKinds.Should().Be(1);
        Sample.SingleRunKinds.Should().BeNull("one recording says nothing of the next");
    }

    [Fact]
    public void A_merged_trace_of_an_older_version_does_not_say_in_how_many_recordings_a_kind_was_seen()
    {
        var merged = Text(TraceMerge.Merge(Sample, Sample with { Ids = [Guid.Parse("21111111-2222-3333-4444-555555555555")] })).Replace(",\n      \"runs\": 2", "");

        var back = TraceJson.Read(Encoding.UTF8.GetBytes(merged), "a.trace.json");

        back.SingleRunKinds.Should().BeNull();
        back.Observations.Should().OnlyContain(observation => observation.Runs == null);
    }

    [Theory]
    [InlineData("\"abi\": \"arm64\"", "\"abi\": \"vax\"", "expected amd64, arm64, i386, x32, found 'vax'")]
    [InlineData("\"scanned\": true", "\"scanned\": 1", "expected true or false")]
    [InlineData("\"lateKinds\": 0", "\"lateKinds\": \"few\"", "expected a whole number, found \"few\"")]
    public void What_does_not_fit_of_the_scan_is_named(string from, string to, string expected) => What_does_not_fit_is_named(from, to, expected);

    [Fact]
    public void Any_damage_is_a_failure_or_a_trace()
    {
        var bytes = TraceJson.Write(Sample);
        Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Byte, Gen.Int[0, bytes.Length]).Sample((at, value, length) =>
        {
            var copy = bytes.ToArray();
            copy[at] = value;
            ReadOrFail(copy);
            ReadOrFail(bytes.AsSpan(0, length).ToArray());
        });
        Gen.Byte.Array[0, 100].Sample(ReadOrFail);
    }

    static void ReadOrFail(byte[] bytes)
    {
        try
        {
            TraceJson.Read(bytes, "x");
        }
        catch (FailureException)
        {
        }
    }
}
