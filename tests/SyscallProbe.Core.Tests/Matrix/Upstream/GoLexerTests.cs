using System.Text;
using CsCheck;
using SyscallProbe.Matrix.Upstream;

namespace SyscallProbe.Core.Tests.Matrix.Upstream;

public sealed class GoLexerTests
{
    [Theory]
    [InlineData("a := \"x\\\"y\" // c\nb", "Word:a Symbol::= Text:x\"y Semicolon:; Word:b Semicolon:; End:")]
    [InlineData("f(1,\n2)", "Word:f Symbol:( Number:1 Symbol:, Number:2 Symbol:) Semicolon:; End:")]
    [InlineData("x = a +\nb", "Word:x Symbol:= Word:a Symbol:+ Word:b Semicolon:; End:")]
    [InlineData("func\nreturn\n}", "Word:func Word:return Semicolon:; Symbol:} Semicolon:; End:")]
    [InlineData("/* a\nb */ 'x' 0x1F", "Number:x Number:0x1F Semicolon:; End:")]
    [InlineData("`raw \\n`", "Text:raw \\n Semicolon:; End:")]
    [InlineData("\"cut", "Text:cut Semicolon:; End:")]
    [InlineData("", "End:")]
    public void Source_becomes_tokens(string source, string tokens) =>
        string.Join(' ', GoLexer.Read(Encoding.UTF8.GetBytes(source)).Select(token => $"{token.Kind}:{token.Text}")).Should().Be(tokens);

    [Fact]
    public void Lines_are_counted_through_comments_and_raw_strings() =>
        GoLexer.Read("/*\n\n*/ `\n` x"u8).Select(token => token.Line).Should().Equal(3, 4, 4, 4);

    [Fact]
    public void Any_bytes_are_read_to_their_end() => Gen.Byte.Array[0, 300].Sample(bytes =>
    {
        var file = new GoFile("release-20200101.0", "x.go", bytes);
        _ = GoSymbols.Of(file);
        try
        {
            _ = new SyscallTableParser(SyscallHelpers.Parse(file)).Parse(file);
        }
        catch (FailureException)
        {
        }
    });

    [Fact]
    public void Shuffled_tokens_of_a_table_are_read_or_refused()
    {
        string[] words = ["&", "kernel", ".", "SyscallTable", "SyscallFn", "Syscall", "{", "}", "(", ")", "[", "]", ":", ",", ";", "\n", "Table", "Arch", "arch", "AMD64", "Missing",
            "func", "map", "uintptr", "syscalls", "Error", "name", "string", "err", "error", "1", "\"x\"", "const", "var", "type", "linuxerr", "ENOSYS", "delete", "s", "=", ":="];
        Gen.Int[0, words.Length - 1].Select(i => words[i]).Array[0, 60].Sample(text =>
        {
            var file = new GoFile("release-20200101.0", "x.go", Encoding.UTF8.GetBytes(string.Join(' ', text)));
            try
            {
                _ = GoSymbols.Of(file);
                var parser = new SyscallTableParser(SyscallHelpers.Parse(file));
                new Vfs2Override(parser).Apply(file, parser.Parse(file));
            }
            catch (FailureException)
            {
            }
        });
    }
}
