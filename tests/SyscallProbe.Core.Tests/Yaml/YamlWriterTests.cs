using System.Text;
using CsCheck;
using SyscallProbe.Yaml;

namespace SyscallProbe.Core.Tests.Yaml;

public sealed class YamlWriterTests
{
    [Theory]
    [InlineData("gvisor", "gvisor")]
    [InlineData("node.k8s.io/v1", "node.k8s.io/v1")]
    [InlineData("true", "\"true\"")]
    [InlineData("no", "\"no\"")]
    [InlineData("1.0", "\"1.0\"")]
    [InlineData("320Mi", "\"320Mi\"")]
    [InlineData("null", "\"null\"")]
    [InlineData("a: b", "\"a: b\"")]
    [InlineData("", "\"\"")]
    public void A_text_that_could_be_taken_for_something_else_is_quoted(string text, string written) =>
        YamlWriter.Document(YamlWriter.Mapping(("k", YamlWriter.Scalar(text)))).Should().Be($"k: {written}\n");

    [Fact]
    public void Comments_stand_before_the_document_and_absent_entries_are_left_out() =>
        YamlWriter.Document(YamlWriter.Mapping(("a", null), ("b", YamlWriter.Sequence(YamlWriter.Mapping(("c", YamlWriter.Scalar("d")))))), "one", "two\nlines")
            .Should().Be("# one\n# two lines\nb:\n  - c: d\n");

    [Fact]
    public void What_is_written_is_read_back_whatever_it_is() =>
        Gen.Select(Gen.String[Gen.Char[' ', '~'], 1, 20], Gen.String[Gen.Char['\u0001', '\ud7ff'], 0, 40]).Sample((key, value) =>
        {
            var text = YamlWriter.Document(YamlWriter.Mapping(("k" + key, YamlWriter.Scalar(value))));

            YamlReader.Read(Encoding.UTF8.GetBytes(text), "t.yaml").Should().ContainSingle().Which.TextOf("k" + key).Should().Be(value);
        }, iter: 2000);
}
