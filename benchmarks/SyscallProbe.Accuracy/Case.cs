using System.Text.Json;
using System.Text.RegularExpressions;
using SyscallProbe.Matrix;

namespace SyscallProbe.Accuracy;

/// <summary>A workload with what really becomes of it.</summary>
/// <param name="Name">Corpus and name, as <c>apps/tini</c>.</param>
/// <param name="Privileged">All capabilities but SYS_BOOT and SYS_RESOURCE; else Docker's.</param>
/// <param name="Expect">What the output must match, multi-line; empty is no condition.</param>
/// <param name="Reject">What the output must not match; empty is no condition.</param>
/// <param name="WorksUnderRunc">Whether it does its work under runc: a case that does not is no question for a sandbox.</param>
/// <param name="WorksUnderRunsc">The truth.</param>
/// <param name="Kind">What kind of thing breaks it: syscall, argument, path, …; empty of one that works.</param>
/// <param name="Syscalls">Calls any of which is the cause.</param>
/// <param name="Paths">Paths any of which is the cause.</param>
sealed record Case(
    string Name, bool Privileged, string[] Argv, string Expect, string Reject, bool WorksUnderRunc, bool WorksUnderRunsc, string Kind, string[] Syscalls, string[] Paths, string Cause)
{
    /// <summary>Whether a run with this end did the case's work.</summary>
    public bool Succeeded(int exitCode, string output) =>
        exitCode == 0 && (Expect.Length == 0 || Regex.IsMatch(output, Expect, RegexOptions.Multiline)) && (Reject.Length == 0 || !Regex.IsMatch(output, Reject, RegexOptions.Multiline));

    /// <exception cref="FailureException">The file is not as the README says.</exception>
    public static IReadOnlyList<Case> Read(string path)
    {
        using var stream = File.OpenRead(path);
        var file = CsvFile.Read(path, stream);
        string Cell(IReadOnlyList<string> row, string column) => row[file.Column(column)];
        string[] Words(IReadOnlyList<string> row, string column) => Cell(row, column).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return [.. file.Rows.Select(row => new Case(
            Cell(row, "case"), Cell(row, "profile") == "privileged", JsonSerializer.Deserialize<string[]>(Cell(row, "argv"))!, Cell(row, "expect"), Cell(row, "reject"),
            Cell(row, "runc") == "ok", Cell(row, "runsc") == "ok", Cell(row, "kind"), Words(row, "syscalls"), Words(row, "paths"), Cell(row, "cause")))];
    }
}
