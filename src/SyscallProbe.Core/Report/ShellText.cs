namespace SyscallProbe.Report;

/// <summary>Writes words so that a POSIX shell takes each as one.</summary>
static class ShellText
{
    /// <summary>The word as it is, or in single quotes.</summary>
    public static string Quoted(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "%+,-./:=@_".Contains(c)) ? word : $"'{word.Replace("'", @"'\''")}'";
}
