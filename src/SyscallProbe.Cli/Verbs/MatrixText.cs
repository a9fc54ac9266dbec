namespace SyscallProbe.Cli.Verbs;

/// <summary>How rows of a matrix read in tables for people.</summary>
static class MatrixText
{
    /// <summary><c>full</c>, <c>error EPERM</c>, <c>capgate CAP_SYS_TIME</c>; <c>absent</c> for a number that the target does not list.</summary>
    public static string LevelOf(IReadOnlyList<string>? row) => row switch
    {
        null => "absent",
        [_, _, _, "capgate", _, var capability, ..] => "capgate " + capability,
        [_, _, _, "error", var errno, ..] => "error " + errno,
        _ => row[3],
    };
}
