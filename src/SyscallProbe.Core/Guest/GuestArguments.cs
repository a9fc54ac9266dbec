using System.Collections.Immutable;
using SyscallProbe.Matrix;
using SyscallProbe.Rules;

namespace SyscallProbe.Guest;

/// <summary>What a kernel must have for some arguments of a call.</summary>
/// <param name="Arguments">As in <c>data/linux/arguments.csv</c>: <c>family=AF_CAN</c>.</param>
/// <param name="Option">The option without which the call fails; empty when none is needed.</param>
/// <param name="Kernel">The first kernel that knows the argument; null when every one does.</param>
/// <param name="Errno">What the call returns otherwise.</param>
sealed record ArgumentNeed(string Arguments, ImmutableArray<Term> Terms, string Option, KernelVersion? Kernel, Errno Errno, string Source);

/// <summary>Finds the rows of <c>data/linux/arguments.csv</c> that speak of a call.</summary>
sealed class GuestArguments
{
    readonly Dictionary<(Abi Abi, string Syscall), List<ArgumentNeed>> _needs = [];

    /// <exception cref="FailureException">A row has a condition on an argument that the syscall does not have, or an errno that is none.</exception>
    public GuestArguments(PackedImage image)
    {
        var table = image.Table("linux/arguments");
        int syscallAt = table.Column("syscall"), argumentsAt = table.Column("arguments"), option = table.Column("option"), kernel = table.Column("kernel"), errnoAt = table.Column("errno"),
            source = table.Column("source");
        for (var row = 0; row < table.RowCount; row++)
        {
            var (syscall, arguments) = (table.Text(row, syscallAt), table.Text(row, argumentsAt));
            if (!Errno.TryParse(table.Text(row, errnoAt), out var errno)) throw Wrong(row, $"'{table.Text(row, errnoAt)}' is no errno");
            foreach (var abi in new[] { Abi.Amd64, Abi.Arm64 })
            {
                if (Syscalls.NrOf(abi, syscall) is not { } nr) continue;
                var terms = TermParser.Parse(arguments, KeyArguments.Of(abi, nr), Constants.Known, abi, out var wrong) ?? throw Wrong(row, wrong);
                if (!_needs.TryGetValue((abi, syscall), out var list)) _needs[(abi, syscall)] = list = [];
                list.Add(new ArgumentNeed(arguments, [.. terms], table.Text(row, option), KernelVersion.TryParse(table.Text(row, kernel), out var version) ? version : null, errno,
                    table.Text(row, source)));
            }
        }
    }

    /// <summary>The rows whose conditions hold, or may hold where an argument is not known.</summary>
    public IEnumerable<(ArgumentNeed Need, bool IsCertain)> Matching(Call call)
    {
        if (call.Syscall is null || !_needs.TryGetValue((call.Abi, call.Syscall), out var needs)) yield break;
        foreach (var need in needs)
        {
            var isOpen = false;
            var holds = true;
            foreach (var term in need.Terms)
            {
                if (!call.Knows(term.Slot)) isOpen = true;
                else holds &= term.Holds(call[term.Slot]);
            }
            if (holds) yield return (need, !isOpen);
        }
    }

    static FailureException Wrong(int row, string what) => new(new Failure(FailureCode.BadInput, what, $"data/linux/arguments.csv:{row + 2}"));
}
