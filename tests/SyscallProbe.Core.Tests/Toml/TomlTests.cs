using System.Text;
using CsCheck;
using SyscallProbe.Toml;

namespace SyscallProbe.Core.Tests.Toml;

public sealed class TomlTests
{
    [Fact]
    public void Keys_are_quoted_only_where_they_must_be() =>
        new TomlText().Comment("why").Set("version", 2).Table("plugins", "io.containerd.grpc.v1.cri", "runsc").Set("on", true).Set("list", (string[])["a\"b"]).ToString()
            .Should().Be("# why\nversion = 2\n\n[plugins.\"io.containerd.grpc.v1.cri\".runsc]\non = true\nlist = [\"a\\\"b\"]\n");

    [Fact]
    public void What_is_written_is_read_back_whatever_it_is() =>
        Gen.Select(Gen.String[Gen.Char[' ', '\ud7ff'], 1, 20], Gen.String[Gen.Char['\u0001', '\ud7ff'], 0, 40], Gen.String[Gen.Char['\u0001', '\ud7ff'], 0, 40]).Sample((table, key, value) =>
        {
            var text = new TomlText().Table("a", table).Set("k" + key, value).ToString();

            TomlFile.Read(Encoding.UTF8.GetBytes(text), "t.toml").Find("a", table, "k" + key)!.Text.Should().Be(value);
        }, iter: 2000);

    [Theory]
    [InlineData('[', "")]
    [InlineData('[', "a = ")]
    [InlineData('{', "a = ")]
    public void Deep_nesting_is_an_error_and_no_end_of_the_process(char opening, string before)
    {
        var reading = () => TomlFile.Read(Encoding.UTF8.GetBytes(before + string.Concat(Enumerable.Repeat(opening == '{' ? "{a = " : "[", 200_000))), "t.toml");

        reading.Should().Throw<FailureException>();
    }

    [Fact]
    public void No_bytes_crash_the_reader() => Gen.Byte.Array[0, 60].Sample(bytes =>
    {
        try
        {
            TomlFile.Read(bytes, "t.toml");
        }
        catch (FailureException)
        {
        }
    }, iter: 3000);
}
