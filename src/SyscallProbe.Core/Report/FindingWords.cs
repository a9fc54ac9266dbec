using System.Globalization;
using SyscallProbe.Rules;
using SyscallProbe.Traces;

namespace SyscallProbe.Report;

/// <summary>Findings in words, for every renderer that people read. Nothing is escaped here: each renderer escapes for its format.</summary>
public static class FindingWords
{
    /// <summary>The call with what decides: <c>ioctl(cmd=TCSETSF)</c>, <c>openat on /proc/vmstat</c>; for a manifest its place.</summary>
    public static string Call(Finding finding)
    {
        if (finding.Syscall is null) return finding.Location is { } at ? $"{at.Field}{ValueOf(finding)} ({at.File}:{at.Line})" : "manifest";
        return Call(finding.Syscall, finding.Arguments, finding.Path);
    }

    /// <summary>The call of an observation in the same way; a number without a name is <c>syscall_500</c>.</summary>
    public static string Call(Observation observation) =>
        Call(Syscalls.NameOf(observation.Abi, observation.Nr) ?? $"syscall_{observation.Nr}", ArgumentTexts.Of(observation), observation.Path)
        + (observation.Abi is Abi.I386 or Abi.X32 ? $" ({observation.Abi.Name()})" : "");

    /// <summary>What the target does: <c>fails with ENOTTY</c>.</summary>
    public static string Outcome(Finding finding) => Outcome(finding.Outcome, finding.Errno, finding.Condition);

    /// <summary>The same of an outcome that is no finding.</summary>
    public static string Outcome(OutcomeKind kind, Errno? errno, string? condition) => kind switch
    {
        OutcomeKind.Fails => errno is null ? "fails" : $"fails with {errno.Value.Name}",
        OutcomeKind.Ignored => "returns success and does nothing",
        OutcomeKind.Differs when errno is { } answer => $"is answered with {answer.Name}",
        OutcomeKind.Differs => "works in another way",
        OutcomeKind.Conditional => $"depends on {condition ?? "what is not known"}",
        OutcomeKind.Unknown => "has an outcome that is not known",
        _ => "works",
    };

    /// <summary>What a change would do: <c>would be compatible if you start runsc with --net-raw=true</c>.</summary>
    public static string Fix(Fix fix) => $"would {(fix.Verdict == Verdict.Compatible ? "be compatible" : "run with caveats")} if you {fix.Text}";

    /// <summary>How often and under what it was seen: <c>3 calls while serving by /usr/bin/python3; success under runc</c>.</summary>
    public static string Seen(FindingGroup group)
    {
        if (group.First.Syscall is null) return "in the manifest, without running it";
        var by = group.Executables is { Count: > 0 } executables ? " by " + Listed(executables, 2) : "";
        var results = string.Join(", ", group.Findings.Select(finding => finding.Observed.Result).Distinct().Order().Select(ResultWords));
        return $"{Counted(group.Count, "call")} {PhaseWords(group.Findings.Min(finding => finding.Phase))}{by}; {results} under runc";
    }

    /// <summary><c>1 call</c>, <c>48,212 calls</c>.</summary>
    public static string Counted(ulong count, string noun) => $"{count.ToString("N0", CultureInfo.InvariantCulture)} {noun}{(count == 1 ? "" : "s")}";

    /// <summary>The first few, and how many there are beside them.</summary>
    public static string Listed(IReadOnlyCollection<string> texts, int most) =>
        string.Join(", ", texts.Take(most)) + (texts.Count > most ? $" and {texts.Count - most} more" : "");

    static string Call(string syscall, IEnumerable<KeyValuePair<string, string>> arguments, string? path)
    {
        var listed = string.Join(", ", arguments.Select(argument => $"{argument.Key}={argument.Value}"));
        return syscall + (listed.Length == 0 ? "" : $"({listed})") + (path is null ? "" : $" on {path}");
    }

    // A map has no value of its own, and what stands behind a key is the field's name already.
    static string ValueOf(Finding finding) =>
        finding.Arguments.FirstOrDefault().Value is { } value && value != "*" && !finding.Location!.Field.EndsWith(value, StringComparison.Ordinal) ? $": {value}" : "";

    static string ResultWords(Result result) => result.IsNever ? "no return" : result.ToString();

    static string PhaseWords(Phase phase) => phase switch
    {
        Phase.Init => "in the runtime",
        Phase.Startup => "from startup on",
        Phase.Serving => "while serving",
        _ => "at shutdown",
    };
}
