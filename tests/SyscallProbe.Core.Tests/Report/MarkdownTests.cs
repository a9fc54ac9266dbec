using AngleSharp.Html.Parser;
using CsCheck;
using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using SyscallProbe.Report;

namespace SyscallProbe.Core.Tests.Report;

public sealed class MarkdownTests
{
    static readonly MarkdownPipeline s_pipeline = new MarkdownPipelineBuilder().UseAdvancedExtensions().Build();

    [Fact]
    public void A_code_span_shows_any_text_as_it_is() =>
        Gen.String[Gen.Char["`` |<>&*_[]()\\#@aä"], 0, 20].Sample(text =>
        {
            var inlines = Markdown.Parse($"x {MarkdownText.Code(text)} y", s_pipeline).Descendants<ParagraphBlock>().Single().Inline!.ToArray();
            return text.All(c => c == ' ') || (inlines is [LiteralInline, CodeInline code, LiteralInline] && code.Content == text);
        });

    [Fact]
    public void Running_text_is_no_markup() =>
        Gen.String[Gen.Char["`|<>&*_[]()!\\~$aä -"], 0, 20].Sample(text =>
            new HtmlParser().ParseDocument(Markdown.ToHtml($"text {MarkdownText.Plain(text)} text", s_pipeline)).Body!.TextContent.TrimEnd('\n') == $"text {text} text");

    [Theory]
    [InlineData("ask @all", "ask @<!-- -->all")]
    [InlineData("see #12", "see #<!-- -->12")]
    [InlineData("at http://x.example", "at http:<!-- -->//x.example")]
    [InlineData("gvisor@release-20221219.0", "gvisor@release-20221219.0")]
    public void Running_text_mentions_nobody(string text, string written) => MarkdownText.Plain(text).Should().Be(written);

    [Fact]
    public void No_element_of_a_workload_is_in_the_page()
    {
        var page = Markdown.ToHtml(Rendering.Of("markdown", SampleReport.Value), s_pipeline);

        page.Should().NotContain("<img").And.NotContain("<b>").And.Contain("&lt;img src=x onerror=alert(1)&gt;");
        new HtmlParser().ParseDocument(page).QuerySelectorAll("img, script, a, b").Should().BeEmpty();
    }
}
