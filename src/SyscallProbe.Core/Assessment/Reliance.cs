using SyscallProbe.Matrix;
using SyscallProbe.Rules;

namespace SyscallProbe.Assessment;

/// <summary>What callers rely on when a call returns success (<c>data/linux/reliance.csv</c>): decides what it means that a target does nothing, or refuses.</summary>
public enum Reliance
{
    /// <summary>An effect that the caller may build on: calls without a row count as this.</summary>
    Effect,

    /// <summary>A hint: Linux itself may ignore it, so it changes how fast something goes, never what comes out.</summary>
    Hint,

    /// <summary>A question whose answer informs and changes nothing: refused, the caller knows less.</summary>
    Query,

    /// <summary>Asks what is at a path: where nothing is, the caller knows that and nothing has failed. Refused otherwise it counts as <see cref="Effect"/>.</summary>
    Lookup,
}

/// <summary>Looks up <see cref="Reliance"/> by call.</summary>
static class Reliances
{
    static readonly Lazy<ILookup<string, (CallPattern Calls, Reliance Reliance)>> s_bySyscall = new(() =>
    {
        var table = PackedImage.Embedded.Table("linux/reliance");
        int syscall = table.Column("syscall"), arguments = table.Column("arguments"), reliance = table.Column("reliance");
        return Enumerable.Range(0, table.RowCount).ToLookup(row => table.Text(row, syscall),
            row => (new CallPattern(table.Text(row, syscall), table.Text(row, arguments)), Enum.Parse<Reliance>(table.Text(row, reliance), ignoreCase: true)));
    });

    public static Reliance Of(Call call) => call.Syscall is { } syscall ? s_bySyscall.Value[syscall].FirstOrDefault(row => row.Calls.Fits(call)).Reliance : Reliance.Effect;
}
