using System.Text.Json.Nodes;
using AngleSharp.Html.Parser;
using SyscallProbe.Report;
using SyscallProbe.Tests;

namespace SyscallProbe.Core.Tests.Report;

public sealed class HtmlTests
{
    const string VisibleRows = "[].filter.call(document.querySelectorAll('tbody tr'), row => row.offsetHeight > 0).length";

    static readonly int s_findings = SampleReport.Value.Targets.Sum(target => target.Findings.Length);

    [Fact]
    public void Nothing_is_loaded_from_elsewhere()
    {
        var page = new HtmlParser().ParseDocument(Rendering.Of("html", SampleReport.Value));

        page.QuerySelectorAll("[src], [href], link, img, iframe, object, embed, [style]").Should().BeEmpty();
        page.QuerySelectorAll("script").Should().ContainSingle().Which.TextContent.Should().Be(HtmlAssets.Script);
        page.QuerySelectorAll("*").SelectMany(element => element.Attributes).Should().NotContain(attribute => attribute.Name.StartsWith("on"));
        HtmlAssets.Style.Should().NotContain("url(").And.NotContain("@import");
    }

    [Fact]
    public void A_bar_is_as_wide_as_the_picture_and_shows_what_is_rare()
    {
        var page = new HtmlParser().ParseDocument(Rendering.Of("html", SampleReport.Value));

        foreach (var bar in page.QuerySelectorAll("svg.bar"))
        {
            var widths = bar.QuerySelectorAll("rect").Select(part => double.Parse(part.GetAttribute("width")!, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
            widths.Sum().Should().BeApproximately(1000, 0.1);
            widths.Should().OnlyContain(width => width >= 6);
        }
    }

    [Fact]
    public async Task In_a_real_browser_it_is_whole_filters_and_runs_nothing_of_a_workload()
    {
        HostRequirement.Require(program: "chromium");
        var stop = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("report-");
        try
        {
            var file = Path.Combine(folder.FullName, "report.html");
            await File.WriteAllTextAsync(file, Rendering.Of("html", SampleReport.Value), stop);
            await using var browser = await Browser.StartAsync(stop);
            await browser.OpenAsync($"file://{file}", stop);

            (await Number(browser, VisibleRows, stop)).Should().Be(s_findings);
            (await Number(browser, "document.images.length + document.scripts.length", stop)).Should().Be(1);
            (await browser.ValueAsync("document.body.innerText", stop))!.GetValue<string>().Should().Contain("on /tmp/<img src=x onerror=alert(1)>|`x`");

            await browser.ValueAsync("document.querySelector('#filter input').focus()", stop);
            await browser.SendAsync("Input.insertText", new JsonObject { ["text"] = "GV1040 siocgifmap" }, stop);
            (await Number(browser, VisibleRows, stop)).Should().Be(1);
            (await browser.ValueAsync("document.querySelector('output').textContent", stop))!.GetValue<string>().Should().Be($"1 of {s_findings} findings");

            await Emulate(browser, "print", "light", stop);
            (await Number(browser, "document.querySelector('#filter').offsetHeight", stop)).Should().Be(0);
            await Emulate(browser, "screen", "dark", stop);
            (await browser.ValueAsync("getComputedStyle(document.body).backgroundColor", stop))!.GetValue<string>().Should().Be("rgb(20, 23, 29)");
            browser.Errors.Should().BeEmpty();

            await browser.SendAsync("Emulation.setScriptExecutionDisabled", new JsonObject { ["value"] = true }, stop);
            await browser.OpenAsync($"file://{file}", stop);
            (await Number(browser, VisibleRows, stop)).Should().Be(s_findings);
            (await Number(browser, "document.querySelector('#filter').offsetHeight", stop)).Should().Be(0);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static async Task<int> Number(Browser browser, string expression, CancellationToken stop) => (await browser.ValueAsync(expression, stop))!.GetValue<int>();

    static Task Emulate(Browser browser, string media, string scheme, CancellationToken stop) =>
        browser.SendAsync("Emulation.setEmulatedMedia",
            new JsonObject { ["media"] = media, ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = scheme }) }, stop);
}
