using System.Text;

namespace SyscallProbe.Tests;

/// <summary>Compares text with a committed file. <c>UPDATE_GOLDEN=1</c> rewrites the file instead, for review in the diff.</summary>
static class Golden
{
    static bool IsUpdate => Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1";

    /// <param name="relativePath">Below the repository's root. Not [CallerFilePath]: a deterministic build writes "/_/tests/..." there.</param>
    public static void Matches(string relativePath, string actual)
    {
        var path = Repo.PathOf(relativePath);
        if (IsUpdate)
        {
            if (Environment.GetEnvironmentVariable("CI") == "true")
            {
                throw new InvalidOperationException("UPDATE_GOLDEN=1 is refused when CI=true: update locally and commit the diff");
            }
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual, new UTF8Encoding(false));
            return;
        }
        var expected = File.Exists(path) ? File.ReadAllText(path) : "";
        if (expected != actual) Assert.Fail(FirstDifference(relativePath, expected, actual));
    }

    static string FirstDifference(string path, string expected, string actual)
    {
        string[] left = expected.Split('\n'), right = actual.Split('\n');
        var line = 0;
        while (line < left.Length && line < right.Length && left[line] == right[line]) line++;
        return $"""
            {path} differs at line {line + 1} of {left.Length} expected, {right.Length} actual
              expected |{left.ElementAtOrDefault(line)}|
              actual   |{right.ElementAtOrDefault(line)}|
            accept with UPDATE_GOLDEN=1 and review the diff
            """;
    }
}
