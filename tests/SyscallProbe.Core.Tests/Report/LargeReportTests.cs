using System.Text;
using SyscallProbe.Report;

namespace SyscallProbe.Core.Tests.Report;

/// <summary>A hundred thousand findings go through every format piece by piece.</summary>
public sealed class LargeReportTests
{
    const int Count = 100_000;
    const int MostCharactersAtOnce = 256 * 1024;

    static readonly CheckReport s_large = Rendering.Large(Count);

    static readonly string[] s_limited = ["table", "sarif", "github", "markdown"];

    [Theory, MemberData(nameof(ReportFormatsTests.Formats), MemberType = typeof(ReportFormatsTests))]
    public void No_format_holds_the_document_in_memory_and_those_without_a_limit_have_every_finding(string format)
    {
        using var to = new CountingWriter();

        ReportFormats.Of(format).Write(TextOutput.Plain(to, 100), [s_large]);

        to.Largest.Should().BeLessThan(MostCharactersAtOnce);
        if (!s_limited.Contains(format)) to.Calls.Should().BeGreaterThanOrEqualTo(Count);
    }

    [Fact]
    public void A_comment_and_a_summary_keep_to_their_size_and_say_what_is_left_out()
    {
        var comment = Rendering.Of("markdown", s_large);
        var summary = Rendering.Summary(GithubRenderer.MostSummaryBytes, s_large);

        Encoding.UTF8.GetByteCount(comment).Should().BeInRange(60_000, 65_536);
        Encoding.UTF8.GetByteCount(summary).Should().BeInRange(1_000_000, 1_048_576);
        comment.Should().MatchRegex(@"\n[\d,]+ findings left out");
        summary.Should().MatchRegex(@"\n[\d,]+ findings left out");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(300)]
    [InlineData(2_000)]
    public void A_summary_fits_any_room_that_is_left(int mostBytes) =>
        Encoding.UTF8.GetByteCount(Rendering.Summary(mostBytes, SampleReport.Value)).Should().BeLessThanOrEqualTo(mostBytes);

    sealed class CountingWriter : TextWriter
    {
        const string Needle = "0x";

        int _matched;

        public CountingWriter() => NewLine = "\n";

        public override Encoding Encoding => Encoding.UTF8;

        /// <summary>Characters of the largest piece that was written.</summary>
        public int Largest { get; private set; }

        /// <summary>How often a finding's call was written.</summary>
        public int Calls { get; private set; }

        public override void Write(char value) => Write([value]);

        public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

        public override void Write(string? value) => Write(value.AsSpan());

        public override void Write(ReadOnlySpan<char> buffer)
        {
            Largest = Math.Max(Largest, buffer.Length);
            foreach (var c in buffer)
            {
                _matched = c == Needle[_matched] ? _matched + 1 : c == Needle[0] ? 1 : 0;
                if (_matched < Needle.Length) continue;
                Calls++;
                _matched = 0;
            }
        }
    }
}
