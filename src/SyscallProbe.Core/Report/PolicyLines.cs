namespace SyscallProbe.Report;

/// <summary>Explains a recommendation line by line: the facts that decided, then those that made no difference to the row.</summary>
static class PolicyLines
{
    /// <summary>Writes them; nothing for a report of an older version.</summary>
    public static void Write(TextOutput to, Recommendation recommendation, int column)
    {
        foreach (var line in Of(recommendation)) to.Hanging("", column, TerminalText.Escape(line));
    }

    /// <summary>The lines, without escapes.</summary>
    public static string[] Of(Recommendation recommendation)
    {
        if (recommendation.Policy is not { } policy) return [];
        var others = policy.Facts.Where(fact => !fact.Decides).ToArray();
        return
        [
            .. policy.Facts.Where(fact => fact.Decides).Select(fact => $"because {fact}"),
            $"row {policy.Row} of the policy{(others.Length == 0 ? "" : $"; looked at beside: {string.Join(", ", others.Select(fact => fact.ToString()))}")}",
        ];
    }
}
