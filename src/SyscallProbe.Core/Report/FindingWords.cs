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

    /// <summary>What would make it work: <c>works with iouring=true</c>; null where nothing is known to, or the outcome says it already.</summary>
    public static string? Needs(Finding finding) => finding.Condition is { } condition && finding.Outcome != OutcomeKind.Conditional ? $"works with {condition}" : null;

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

    /// <summary>Call and outcome: <c>ioctl(cmd=TCSETSF) fails with ENOTTY</c>.</summary>
    public static string Clause(Finding finding) => $"{Call(finding)} {Outcome(finding)}";

    /// <summary>All that a person is told of one finding, a sentence or clause each, the call left out: consequence, effect, where it was seen, what to do.</summary>
    public static IEnumerable<string> Details(Finding finding)
    {
        yield return string.Join("; ", ((string?[])[$"{finding.Consequence.Word()}, {finding.Certainty.Word()}", Needs(finding)]).OfType<string>());
        foreach (var line in GateLines.Of(finding)) yield return line;
        if (finding.Effect is { } effect) yield return effect;
        yield return "seen: " + Seen(finding);
        if (!finding.Stack.IsEmpty) yield return "from: " + string.Join(" ← ", finding.Stack);
        yield return finding.Remedy;
    }

    /// <summary>One finding in running text, for a message that stands alone.</summary>
    public static string Message(TargetReport target, Finding finding)
    {
        var needs = Needs(finding) is { } condition ? "; " + condition : "";
        var effect = finding.Effect is { } text ? " " + text : "";
        return $"{Clause(finding)} under {target.Target}{needs}.{effect} Seen: {Seen(finding)}. {finding.Remedy}{string.Concat(GateLines.Of(finding).Select(line => $" ({line})"))}";
    }

    /// <summary>A verdict's ground: why it is inconclusive, how many findings of which consequence, from which release on it would be compatible.</summary>
    public static string Summary(CheckReport report, TargetReport target)
    {
        var counts = Counts(report, target);
        var ground = target.Verdict == Report.Verdict.Inconclusive && target.Reasons.Length > 0 ? $"{target.Reasons[0]} ({counts})" : counts;
        return target.MinimumRelease is { } release ? $"{ground}; compatible from {release} on" : ground;
    }

    /// <summary>The program that stands for a finding where a format wants a file: the first that made the call, else the workload's own.</summary>
    public static string Program(CheckReport report, Finding finding) =>
        finding.Executables.FirstOrDefault() ?? report.Subject.Argv.FirstOrDefault() ?? report.Subject.Image ?? "workload";

    /// <summary>What a change would do: <c>would be compatible if you start runsc with --net-raw=true</c>.</summary>
    public static string Fix(Fix fix) => $"would {(fix.Verdict == Verdict.Compatible ? "be compatible" : "run with caveats")} if you {fix.Text}";

    /// <summary>How often and under what it was seen: <c>3 calls while serving by /usr/bin/python3; success under runc</c>.</summary>
    public static string Seen(Finding finding) => Seen(new FindingGroup([finding]));

    /// <summary>The same of findings that are alike.</summary>
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

    static string Counts(CheckReport report, TargetReport target)
    {
        if (target.Findings.IsEmpty) return report.IsSpecificationOnly ? "nothing in the specification speaks against it" : "every call goes as under runc";
        var counts = from consequence in (Consequence[])[Consequence.Blocking, Consequence.Degraded, Consequence.Unknown, Consequence.Harmless]
                     let count = target.Counted.Count(finding => finding.Consequence == consequence)
                     where count > 0
                     select $"{count} {consequence.Word()}";
        var waived = target.Findings.Count(finding => finding.IsWaived);
        return string.Join(", ", waived == 0 ? counts : counts.Append($"{waived} waived"));
    }

    static string ResultWords(Result result) => result.IsNever ? "no return" : result.ToString();

    static string PhaseWords(Phase phase) => phase switch
    {
        Phase.Init => "in the runtime",
        Phase.Startup => "from startup on",
        Phase.Serving => "while serving",
        _ => "at shutdown",
    };
}
