using SyscallProbe.Matrix;

namespace SyscallProbe.Assessment;

/// <summary>What callers rely on when a call returns success: decides what it means that a target does nothing (<c>data/linux/reliance.csv</c>).</summary>
public enum Reliance
{
    /// <summary>A hint: Linux itself may ignore it, so nobody can rely on it.</summary>
    Hint,

    /// <summary>An effect that the caller may build on: unstudied calls count as this.</summary>
    Effect,
}

/// <summary>Looks up <see cref="Reliance"/> by syscall.</summary>
static class Reliances
{
    static readonly Lazy<HashSet<string>> s_hints = new(() =>
    {
        var table = PackedImage.Embedded.Table("linux/reliance");
        int syscall = table.Column("syscall"), reliance = table.Column("reliance");
        return [.. Enumerable.Range(0, table.RowCount).Where(row => table.Text(row, reliance) == "hint").Select(row => table.Text(row, syscall))];
    });

    public static Reliance Of(string? syscall) => syscall is not null && s_hints.Value.Contains(syscall) ? Reliance.Hint : Reliance.Effect;
}
