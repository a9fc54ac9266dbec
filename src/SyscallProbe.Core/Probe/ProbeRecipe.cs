using System.Collections.Immutable;
using SyscallProbe.Matrix;
using SyscallProbe.Rules;

namespace SyscallProbe.Probe;

/// <summary>How the calls of one family are made: a row of <c>data/probe/calls.csv</c>. What rules say nothing of: buffers, sizes, preparation.</summary>
/// <param name="Syscall">The kernel's name.</param>
/// <param name="When">Conditions on the key arguments, as in rules; all hold.</param>
/// <param name="Fd">The kinds of file for which it is; any where unknown.</param>
/// <param name="Values">What key arguments are that a rule leaves open, by name; <c>path</c> among them.</param>
/// <param name="Configuration">The flag of runsc that the preparation needs, as <c>net-raw=true</c>; null for none.</param>
/// <param name="Prepare">Steps before the call, in the language of <c>probe.c</c>, with constants and syscalls by name.</param>
/// <param name="Arguments">The call's six registers; <c>{name}</c> is a key argument's value, <c>{fd}</c> the file, <c>{path}</c> the path, <c>{capabilities}</c> what the caller has.</param>
/// <param name="Skip">Why such calls are not made; null where they are.</param>
sealed record ProbeRecipe(
    string Syscall, ImmutableArray<Term> When, FdKind Fd, ImmutableDictionary<string, string> Values, string? Configuration, string Prepare, string Arguments, string? Skip, string Place)
{
    /// <summary>All recipes by syscall, in their order.</summary>
    /// <exception cref="FailureException">A row is not understood.</exception>
    public static ILookup<string, ProbeRecipe> Load(PackedImage image, Abi abi)
    {
        var table = image.Table("probe/calls");
        int syscall = table.Column("syscall"), when = table.Column("when"), fd = table.Column("fd"), values = table.Column("values"), configuration = table.Column("configuration"),
            prepare = table.Column("prepare"), arguments = table.Column("arguments"), skip = table.Column("skip");
        return Enumerable.Range(0, table.RowCount).SelectMany<int, ProbeRecipe>(row =>
        {
            var name = table.Text(row, syscall);
            var place = $"data/probe/calls.csv:{row + 2}";
            Term[]? Terms(Abi of, out string wrong) => TermParser.Parse(table.Text(row, when), KeyArguments.Of(name), Constants.Known, of, out wrong);
            if (Terms(Abi.Amd64, out var wrong) is null) throw new FailureException(new Failure(FailureCode.BadInput, wrong, place));
            // A constant or a syscall that only amd64 has.
            if (Syscalls.NrOf(abi, name) is null || Terms(abi, out _) is not { } terms) return [];
            var kinds = FdKind.Unknown;
            if (table.Text(row, fd) is { Length: > 0 } names && !FdKinds.TryParse(names, out kinds))
                throw new FailureException(new Failure(FailureCode.BadInput, $"'{names}' is no kind of file", place));
            return [new ProbeRecipe(name, [.. terms], kinds,
                table.Text(row, values).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).ToImmutableDictionary(pair => pair[0], pair => pair[1]),
                table.Text(row, configuration) is { Length: > 0 } flag ? flag : null,
                table.Text(row, prepare), table.Text(row, arguments), table.Text(row, skip) is { Length: > 0 } reason ? reason : null, place)];
        }).ToLookup(recipe => recipe.Syscall);
    }

    /// <summary>Whether it is the recipe's business to make this call.</summary>
    public bool IsFor(Call call)
    {
        if (Fd != FdKind.Unknown && (call.Fd & Fd) == 0) return false;
        foreach (var term in When)
        {
            if (!call.Knows(term.Slot) || !term.Holds(call[term.Slot])) return false;
        }
        return true;
    }

    /// <summary>The path of its calls, unless a rule is about one; null for calls without.</summary>
    public string? Path => Values.GetValueOrDefault("path");

    /// <summary>The value that it gives a key argument which a rule leaves open.</summary>
    public ulong? ValueOf(KeyArgument key, Abi abi, ulong? chooser) =>
        !Values.TryGetValue(key.Name, out var text) ? null
        : Constants.Known.TryParse(key, text, abi, chooser, out var value) ? value
        : throw new FailureException(new Failure(FailureCode.BadInput, $"'{text}' is neither a number nor a constant of '{key.Name}'", Place));
}
