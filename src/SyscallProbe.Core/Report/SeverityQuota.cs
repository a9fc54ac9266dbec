namespace SyscallProbe.Report;

/// <summary>Picks the most severe of many findings while they go by in their own order: nothing is sorted and nothing is kept.</summary>
sealed class SeverityQuota
{
    readonly int[] _left = new int[Enum.GetValues<Consequence>().Length];

    /// <param name="findings">All that will go by.</param>
    /// <param name="most">How many are taken at most; of one consequence the first.</param>
    public SeverityQuota(IEnumerable<Finding> findings, int most)
    {
        var counts = new int[_left.Length];
        foreach (var finding in findings) counts[finding.Consequence.Rank()]++;
        for (var rank = 0; rank < counts.Length; rank++)
        {
            _left[rank] = Math.Min(counts[rank], most);
            most -= _left[rank];
            LeftOut += counts[rank] - _left[rank];
        }
    }

    /// <summary>How many will not be taken.</summary>
    public int LeftOut { get; }

    /// <summary>Whether this one is taken. Ask once for each, in their order.</summary>
    public bool Takes(Finding finding)
    {
        ref var left = ref _left[finding.Consequence.Rank()];
        return left > 0 && left-- > 0;
    }
}
