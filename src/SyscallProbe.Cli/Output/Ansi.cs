using SyscallProbe.Report;

namespace SyscallProbe.Cli.Output;

/// <summary>Styles as a terminal knows them: ECMA-48 SGR, in the sixteen colours that every theme maps to readable ones.</summary>
static class Ansi
{
    /// <summary>Text with a style around it.</summary>
    public static string Styled(TextStyle style, string text) => $"\e[{Code(style)}m{text}\e[0m";

    static string Code(TextStyle style) => style switch
    {
        TextStyle.Strong => "1",
        TextStyle.Dim => "2",
        TextStyle.Good => "1;32",
        TextStyle.Warning => "1;33",
        _ => "1;31",
    };
}
