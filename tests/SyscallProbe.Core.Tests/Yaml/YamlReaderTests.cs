using System.Text;
using CsCheck;
using SyscallProbe.Yaml;

namespace SyscallProbe.Core.Tests.Yaml;

/// <summary>Manifests come from strangers: what is read, and what is refused with its line.</summary>
public sealed class YamlReaderTests
{
    static YamlNode[] Read(string text) => [.. YamlReader.Read(Encoding.UTF8.GetBytes(text), "pod.yaml")];

    static string Refused(string text) => new Func<object>(() => Read(text)).Should().Throw<FailureException>().Which.Failure is var failure ? $"{failure.Where}: {failure.What}" : "";

    [Fact]
    public void Every_document_is_read_and_an_empty_one_left_out()
    {
        var documents = Read("a: 1\n---\n# nothing\n---\nb: [x, 'true', true]\n");

        documents.Should().HaveCount(2);
        documents[1]["b"]!.Items.Select(item => item.Boolean).Should().Equal(null, null, true);
        documents[1].Line.Should().Be(5);
    }

    [Fact]
    public void JSON_is_read_as_well() => Read("{\"a\": {\"b\": \"\\u00e9\"}, \"c\": null}")[0].Find("a", "b")!.Text.Should().Be("é");

    [Fact]
    public void A_null_is_no_value() => Read("a: null\nb: ~\nc:\n")[0].Entries.Select(entry => Read("a: null\nb: ~\nc:\n")[0][entry.Key]).Should().AllSatisfy(value => value.Should().BeNull());

    [Fact]
    public void A_merge_key_brings_what_the_mapping_lacks()
    {
        var node = Read("base: &base {a: 1, b: 2}\nthis:\n  <<: *base\n  b: 3\n")[0]["this"]!;

        (node.TextOf("a"), node.TextOf("b")).Should().Be(("1", "3"));
    }

    [Theory]
    [InlineData("a: 1\na: 2\n", "pod.yaml:2: the key 'a' stands twice, first on line 1")]
    [InlineData("a:\n  - {{ .Values.x }}\n", "pod.yaml:2: expected a text as key")]
    [InlineData("a: *b\n", "pod.yaml:1: the alias '*b' stands for nothing before it")]
    [InlineData("a: &a [*a]\n", "pod.yaml:1: the alias '*a' stands for nothing before it")]
    public void What_is_no_manifest_is_refused_with_its_line(string text, string refusal) => Refused(text).Should().Be(refusal);

    [Fact]
    public void Deep_nesting_is_refused_and_does_not_end_the_process() => Refused(new string('[', 200_000)).Should().Be("pod.yaml:1: nested deeper than 64 levels");

    [Fact]
    public void Aliases_of_aliases_stay_small()
    {
        var text = new StringBuilder("a0: &a0 [x]\n");
        for (var level = 1; level <= 40; level++) text.Append($"a{level}: &a{level} [{string.Join(',', Enumerable.Repeat($"*a{level - 1}", 9))}]\n");

        Read(text.ToString())[0].Entries.Should().HaveCount(41);
    }

    [Fact]
    public void Bytes_that_are_no_UTF8_are_refused() =>
        new Func<object>(() => YamlReader.Read(new byte[] { (byte)'a', (byte)':', (byte)' ', 0xff }, "pod.yaml")).Should().Throw<FailureException>();

    [Fact]
    public void Whatever_is_given_is_read_or_refused() => Gen.String[Gen.Char["ab:-{}[]&*!|>'\"#%@`, \n\t?<~0"], 0, 60].Sample(text =>
    {
        try
        {
            return Read(text) is not null;
        }
        catch (FailureException)
        {
            return true;
        }
    });
}
