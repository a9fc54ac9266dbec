namespace SyscallProbe.Rules;

/// <summary>Whether a rule's conditions on the call hold.</summary>
enum RuleMatch
{
    No,

    /// <summary>It hangs on the kind of file alone, which is not known.</summary>
    IfFd,

    /// <summary>It hangs on an argument that is not known.</summary>
    IfArgument,

    Yes,
}

/// <summary>Holds a rule against a call: everything but release, configuration and capabilities, which the target has a say in.</summary>
static class RuleMatcher
{
    public static RuleMatch Match(RuleTable table, int index, Call call)
    {
        ref readonly var rule = ref table.Rules[index];
        var possible = call.Fd == FdKind.Unknown ? FdKinds.All : call.Fd;
        if (rule.Fd != FdKind.Unknown && (possible & rule.Fd) == 0) return RuleMatch.No;
        var open = false;
        foreach (ref readonly var term in table.TermsOf(rule, call.Abi))
        {
            if (!call.Knows(term.Slot)) open = true;
            else if (!term.Holds(call[term.Slot])) return RuleMatch.No;
        }
        if (rule.HasPath && (call.Path is null || !PathPattern.Matches(table.TextsOf(index).Path, call.Path))) return RuleMatch.No;

        if (open) return RuleMatch.IfArgument;
        return rule.Fd == FdKind.Unknown || (possible & ~rule.Fd) == 0 ? RuleMatch.Yes : RuleMatch.IfFd;
    }
}
