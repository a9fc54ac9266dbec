using System.Xml;
using System.Xml.Linq;
using System.Xml.Schema;
using SyscallProbe.Report;
using SyscallProbe.Tests;

namespace SyscallProbe.Core.Tests.Report;

public sealed class JunitTests
{
    [Fact]
    public void The_sample_several_workloads_and_none_are_valid_by_the_schema_of_Jenkins()
    {
        Wrong(Rendering.Of("junit", SampleReport.Value)).Should().BeEmpty();
        Wrong(Rendering.Of("junit", SampleReport.Value, SampleReport.Value)).Should().BeEmpty();
        Wrong(Rendering.Of("junit", SampleReport.Value with { Targets = [] })).Should().BeEmpty();
    }

    [Fact]
    public void The_schema_refuses_what_is_no_JUnit() =>
        Wrong(Rendering.Of("junit", SampleReport.Value).Replace("<testcase name", "<testcase nam")).Should().NotBeEmpty();

    [Fact]
    public void The_counts_of_a_suite_are_those_of_its_cases()
    {
        foreach (var suite in XDocument.Parse(Rendering.Of("junit", SampleReport.Value)).Descendants("testsuite"))
        {
            ((int)suite.Attribute("tests")!).Should().Be(suite.Elements("testcase").Count());
            foreach (var (attribute, element) in (ReadOnlySpan<(string, string)>)[("failures", "failure"), ("errors", "error"), ("skipped", "skipped")])
            {
                ((int)suite.Attribute(attribute)!).Should().Be(suite.Elements("testcase").Elements(element).Count());
            }
        }
    }

    [Theory]
    [InlineData(Verdict.Compatible, "system-out")]
    [InlineData(Verdict.Caveats, "skipped")]
    [InlineData(Verdict.Incompatible, "failure")]
    [InlineData(Verdict.Inconclusive, "error")]
    public void A_suite_without_findings_has_the_verdict_as_a_case(Verdict verdict, string element)
    {
        var target = SampleReport.Value.Targets[1] with { Verdict = verdict };

        XDocument.Parse(Rendering.Of("junit", SampleReport.Value with { Targets = [target] })).Descendants("testcase").Should().ContainSingle()
            .Which.Elements().Should().ContainSingle().Which.Name.LocalName.Should().Be(element);
    }

    [Fact]
    public void Cases_of_one_call_have_names_of_their_own()
    {
        var target = SampleReport.Value.Targets[0];
        var twice = target with { Findings = [target.Findings[0], target.Findings[0]] };

        XDocument.Parse(Rendering.Of("junit", SampleReport.Value with { Targets = [twice] })).Descendants("testcase").Select(testCase => testCase.Attribute("name")!.Value)
            .Should().Equal("verdict", "GV1001 io_uring_setup", "GV1001 io_uring_setup (2)");
    }

    [Fact]
    public void What_XML_cannot_hold_is_made_visible()
    {
        var target = SampleReport.Value.Targets[0];
        var hostile = target with { Findings = [target.Findings[0] with { Path = "/\0\u0001\ufffe\ud800]]>" }] };

        var text = Rendering.Of("junit", SampleReport.Value with { Targets = [hostile] });

        XDocument.Parse(text).Descendants("testcase").Last().Attribute("name")!.Value.Should().Be(@"GV1001 io_uring_setup on /\x00\x01\u{fffe}�]]>");
    }

    static List<string> Wrong(string text)
    {
        var wrong = new List<string>();
        var schemas = new XmlSchemaSet();
        using var schema = XmlReader.Create(Repo.PathOf("tests/third-party/junit/junit-10.xsd"));
        schemas.Add(null, schema);
        XDocument.Parse(text).Validate(schemas, (_, error) => wrong.Add(error.Message));
        return wrong;
    }
}
