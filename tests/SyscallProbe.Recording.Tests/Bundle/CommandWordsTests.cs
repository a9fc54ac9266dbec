using CsCheck;
using SyscallProbe.Recording.Bundle;
using SyscallProbe.Tests;

namespace SyscallProbe.Recording.Tests.Bundle;

public sealed class CommandWordsTests
{
    const string VectorFile = "tests/SyscallProbe.Recording.Tests/Bundle/command-words.txt";

    public static TheoryData<int> VectorLines()
    {
        var data = new TheoryData<int>();
        var lines = File.ReadAllLines(Repo.PathOf(VectorFile));
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith('#')) data.Add(i + 1);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(VectorLines))]
    public void Vector_is_split_as_a_shell_would(int line)
    {
        var parts = File.ReadAllLines(Repo.PathOf(VectorFile))[line - 1].Split(" => ");
        // \n of the file is a newline behind any backslash that the vector itself has.
        var text = parts[0].Replace("\\n", "\n").Replace("\\t", "\t");
        var expected = parts[1].Replace("\\|", "\u0001").Trim('\n')[1..^1].Split('|').Select(word => word.Replace('\u0001', '|'));

        CommandWords.Split(text, "--health").Should().Equal(expected, $"{VectorFile}:{line}");
    }

    [Theory]
    [InlineData("a 'b", "a single quote is not closed: 'a 'b'")]
    [InlineData("a \"b\\\"", "a double quote is not closed: 'a \"b\\\"'")]
    [InlineData("a \\", "nothing stands behind the last backslash: 'a \\'")]
    [InlineData(" \n ", "no command in it: ''")]
    public void Text_that_is_not_whole_is_refused(string text, string what)
    {
        var failure = new Action(() => CommandWords.Split(text, "--health")).Should().Throw<FailureException>().Which.Failure;

        failure.Should().Be(new Failure(FailureCode.Usage, what, "--health"));
    }

    [Fact]
    public void Words_quoted_one_by_one_come_back()
    {
        Gen.String.Where(word => !word.Contains('\0')).Array[1, 5].Sample(words =>
        {
            var text = string.Join(' ', words.Select(word => $"'{word.Replace("'", "'\\''")}'"));
            CommandWords.Split(text, "--health").Should().Equal(words);
        });
    }
}
