using System.Security.Cryptography;
using System.Text;

namespace SyscallProbe.Report;

/// <summary>Names that findings keep from run to run, so that a platform can tell new ones from old ones.</summary>
/// <remarks>
/// Made of runtime, rule, executables, call, arguments, path and place in a manifest without its line: not of the release, counts, outcomes or stacks, which change while the
/// finding stays the same. Traces hold no process ids and no addresses. Findings that have all of it in common are numbered in their order.
/// </remarks>
sealed class Fingerprints
{
    /// <summary>To be changed whenever the same finding would get another name.</summary>
    public const string Scheme = "syscallprobe/v1";

    const int HashBytes = 16;

    readonly Dictionary<string, int> _seen = new(StringComparer.Ordinal);

    /// <summary>The name of the next finding of a document: 32 hexadecimal digits, and a number from the second of the same kind on.</summary>
    public string Next(in ReportedFinding reported)
    {
        var hash = HashOf(reported.Target, reported.Finding);
        var number = _seen[hash] = _seen.GetValueOrDefault(hash) + 1;
        return number == 1 ? hash : $"{hash}-{number}";
    }

    static string HashOf(TargetReport target, Finding finding)
    {
        string?[] parts = [target.Runtime, finding.Rule, .. finding.Executables, finding.Syscall, .. finding.Arguments.Select(argument => $"{argument.Key}={argument.Value}"), finding.Path, finding.Location?.File, finding.Location?.Field];
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', parts)))[..HashBytes]);
    }
}
