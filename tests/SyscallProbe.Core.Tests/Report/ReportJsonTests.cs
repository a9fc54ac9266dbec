using System.Text;
using CsCheck;
using SyscallProbe.Report;

namespace SyscallProbe.Core.Tests.Report;

public sealed class ReportJsonTests
{
    static readonly string s_sample = Text(SampleReport.Value);

    [Fact]
    public void A_report_reads_back_as_written() => Text([.. Read(s_sample)]).Should().Be(s_sample);

    [Fact]
    public void Several_workloads_read_back_in_order()
    {
        CheckReport[] reports = [SampleReport.Value, SampleReport.Value with { Kinds = null, Targets = [] }];

        Read(Text(reports)).Should().HaveCount(2);
        Text([.. Read(Text(reports))]).Should().Be(Text(reports));
    }

    [Fact]
    public void Properties_of_a_later_version_are_passed_over() =>
        Text([.. Read(s_sample.Replace("\"rule\":", "\"later\": {\"x\": [1]}, \"rule\":"))]).Should().Be(s_sample);

    [Theory]
    [InlineData("\"schemaVersion\": 1", "\"schemaVersion\": 9", "expected schemaVersion 1, found 9", "$.schemaVersion")]
    [InlineData("\"blocking\"", "\"bad\"", "expected blocking, degraded, harmless or unknown, found 'bad'", "$.targets[0].findings[0].consequence")]
    [InlineData("\"verdict\": \"incompatible\"", "\"verdict\": 1", "expected a string", "$.targets[0].verdict")]
    [InlineData("\"ENOSYS\"", "\"EMADEUP\"", "expected an errno, found 'EMADEUP'", "$.targets[0].findings[0].errno")]
    [InlineData("\"count\": 1", "\"count\": 1.5", "expected a whole number, found 1.5", "$.targets[0].findings[0].observed.count")]
    [InlineData("\"recommendation\"", "\"advice\"", "'recommendation' is missing", "$")]
    [InlineData("\"findings\": [", "\"findings\": [ [],", "'observed' is missing", "$.targets[0].findings[0]")]
    [InlineData("{", "[", "expected a report in JSON", "line 2, byte 18")]
    public void What_does_not_fit_is_named_with_its_place(string from, string to, string what, string place)
    {
        var at = s_sample.IndexOf(from, StringComparison.Ordinal);

        var failure = FluentActions.Invoking(() => Read(s_sample[..at] + to + s_sample[(at + from.Length)..])).Should().Throw<FailureException>().Which.Failure;

        (failure.What, failure.Where).Should().Be((what, "r.json: " + place));
    }

    [Fact]
    public void Any_damage_is_a_failure_or_a_report()
    {
        var bytes = Encoding.UTF8.GetBytes(s_sample);
        Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Byte, Gen.Int[0, bytes.Length]).Sample((at, value, length) =>
        {
            var copy = bytes.ToArray();
            copy[at] = value;
            ReadOrFail(copy);
            ReadOrFail(bytes.AsSpan(0, length).ToArray());
        });
        Gen.Byte.Array[0, 100].Sample(ReadOrFail);
    }

    [Fact]
    public void Text_of_any_script_and_size_survives_the_way_through_a_text_writer() =>
        Gen.String.Array[0, 50].Sample(texts =>
        {
            // Lone surrogates are no text: no file and no argument has them.
            var valid = texts.Select(text => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text))).ToArray();
            var report = SampleReport.Value with { Recommendation = new Recommendation("kata", [.. valid], []) };
            return Read(Text(report))[0].Recommendation.Reasons.SequenceEqual(valid);
        });

    static IReadOnlyList<CheckReport> Read(string json) => ReportJson.Read(Encoding.UTF8.GetBytes(json), "r.json");

    static string Text(params CheckReport[] reports)
    {
        var text = new StringWriter { NewLine = "\n" };
        ReportJson.Write(text, reports);
        return text.ToString();
    }

    static void ReadOrFail(byte[] bytes)
    {
        try
        {
            ReportJson.Read(bytes, "x");
        }
        catch (FailureException)
        {
        }
    }
}
