namespace SyscallProbe.Matrix.Upstream;

/// <summary>Run-length coding of a value per release.</summary>
static class Spans
{
    /// <summary>The runs of equal values, with the positions of their first and last; nulls make no run.</summary>
    public static IEnumerable<(string Value, int First, int Last)> Of(IEnumerable<string?> values)
    {
        string? current = null;
        var (first, at) = (0, 0);
        foreach (var value in values)
        {
            if (value != current)
            {
                if (current is not null) yield return (current, first, at - 1);
                (current, first) = (value, at);
            }
            at++;
        }
        if (current is not null) yield return (current, first, at - 1);
    }
}
