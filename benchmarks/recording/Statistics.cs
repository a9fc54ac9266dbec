/// <summary>What is told of many rounds.</summary>
static class Statistics
{
    public static double Median(IEnumerable<double> values) => Quantile(values, 0.5);

    public static string Quartiles(IEnumerable<double> values) => $"{Quantile(values, 0.25):f0}–{Quantile(values, 0.75):f0}";

    /// <summary>
    /// Wilcoxon's signed-rank test, two-sided, by its normal approximation: how likely rounds differ as these or more where the tool makes no difference.
    /// Each pair is of one round, so that the machine's load is the same for both. NaN for fewer than 10 rounds, where the approximation does not hold.
    /// </summary>
    /// <remarks>F. Wilcoxon, Individual Comparisons by Ranking Methods, Biometrics Bulletin 1 (1945). Equal differences share the mean of their ranks.</remarks>
    public static double SignedRank(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        var differences = first.Zip(second, (a, b) => b - a).Where(difference => difference != 0).ToList();
        if (differences.Count < 10) return double.NaN;
        var ranks = differences.GroupBy(Math.Abs).OrderBy(group => group.Key).Select(group => (group.Key, Count: group.Count())).ToList();
        var (rankOf, next) = (new Dictionary<double, double>(), 1);
        foreach (var (size, count) in ranks)
        {
            rankOf[size] = next + (count - 1) / 2.0;
            next += count;
        }
        double n = differences.Count, positive = differences.Where(difference => difference > 0).Sum(difference => rankOf[difference]);
        var z = Math.Abs(positive - n * (n + 1) / 4) / Math.Sqrt(n * (n + 1) * (2 * n + 1) / 24);
        return 2 * UpperTail(z);
    }

    // Of the standard normal distribution: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.2.17; wrong by less than 7.5e-8.
    static double UpperTail(double z)
    {
        var t = 1 / (1 + 0.2316419 * z);
        var sum = t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
        return Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI) * sum;
    }

    static double Quantile(IEnumerable<double> values, double share)
    {
        var sorted = values.Order().ToList();
        return sorted[(int)Math.Round((sorted.Count - 1) * share)];
    }
}
