using System.Collections.Immutable;
using System.Numerics;
using SyscallProbe.Rules;

namespace SyscallProbe.Probe;

/// <summary>Finds a call that one rule decides.</summary>
/// <remarks>
/// A rule may stand behind others that hold for most of its calls, so values are tried until the model says that it is this rule that decides: first the recipe's own values, then
/// what the rule's terms name, then every constant of the argument. Pure; some thousand predictions at most for a rule.
/// </remarks>
sealed class RuleQuery(RuleTable table, Abi abi)
{
    const int MostTries = 5_000;

    // No constant of any argument has it.
    const ulong NoConstant = 0x5a5a;

    /// <param name="isThorough">Whether arguments of which the rule says nothing take other values than the recipe's, too.</param>
    /// <returns>Null when the recipe makes no call that the rule decides.</returns>
    public Call? Find(GvisorModel model, int rule, string syscall, ProbeRecipe recipe, FdKind fd, ulong capabilities, bool isThorough)
    {
        var path = OwnPathOf(rule) ?? recipe.Path;
        if (table.Rules[rule].HasPath && (path is null || !PathPattern.Matches(table.TextsOf(rule).Path, path))) return null;
        ImmutableArray<KeyArgument> all = KeyArguments.Of(syscall);
        var keys = all.Where(key => key.IsValue).ToList();
        var values = new ulong?[keys.Count];
        var tries = 0;
        return Search(0);

        Call? Search(int slot)
        {
            if (slot == keys.Count) return Try();
            foreach (var value in Candidates(rule, slot, keys, values, recipe, isThorough))
            {
                values[slot] = value;
                if (Search(slot + 1) is { } found) return found;
                if (tries > MostTries) return null;
            }
            return null;
        }

        Call? Try()
        {
            tries++;
            var call = new Call { Abi = abi, Nr = Syscalls.NrOf(abi, syscall)!.Value, Syscall = syscall, Fd = fd, Path = path, Capabilities = capabilities };
            for (var slot = 0; slot < keys.Count; slot++)
            {
                if (values[slot] is { } value) call.Set(all, keys[slot].Name, value);
            }
            return recipe.IsFor(call) && model.DeciderOf(call) == rule ? call : null;
        }
    }

    /// <summary>The one path that a rule is about, or null where there is none or any of many.</summary>
    public string? OwnPathOf(int rule) => table.TextsOf(rule).Path is { Length: > 0 } glob && !glob.Contains('*') && !glob.Contains('[') ? glob : null;

    IEnumerable<ulong?> Candidates(int rule, int slot, List<KeyArgument> keys, ulong?[] before, ProbeRecipe recipe, bool isThorough)
    {
        var key = keys[slot];
        ulong? chooser = key.Depends is { } on ? before[keys.IndexOf(on)] : null;
        if (!key.When.IsEmpty && !(chooser is { } value && key.When.Contains(value))) return [null];
        ImmutableArray<Term> own = [.. Terms(rule).Where(term => term.Slot == slot)], wanted = [.. own, .. recipe.When.Where(term => term.Slot == slot)];
        var given = recipe.ValueOf(key, abi, chooser);
        return All().Select(candidate => candidate & key.Mask).Distinct().Where(candidate => wanted.All(term => term.Holds(candidate))).Select(candidate => (ulong?)candidate);

        IEnumerable<ulong> All()
        {
            var start = given ?? key.Default ?? 0;
            var isSet = given is not null || key.Default is not null;
            if (isSet) yield return start;
            if (isSet && !isThorough && wanted.IsEmpty) yield break;
            foreach (var term in wanted.Where(term => term.Negated == 0))
            {
                foreach (var named in Named(term, start)) yield return named;
            }
            foreach (var constant in Constants.Known.NamedValuesOf(key, abi, chooser))
            {
                yield return constant;
                if (key.Form == KeyForm.Flags) yield return start | constant;
            }
            yield return 0;
            if (key.Form == KeyForm.Text) yield break;
            foreach (var bit in Enumerable.Range(0, 32)) yield return start | 1ul << bit;
            yield return NoConstant;
        }
    }

    // The values that a term names, over what the argument is without it. A term of some bits has low 1 and no upper end.
    static IEnumerable<ulong> Named(Term term, ulong start)
    {
        if (term is not { Low: 1, High: ulong.MaxValue }) return [(start & ~term.Mask) | term.Low, (start & ~term.Mask) | term.High];
        return BitOperations.PopCount(term.Mask) > 32 ? [] : Enumerable.Range(0, 64).Select(bit => 1ul << bit).Where(bit => (term.Mask & bit) != 0).Select(bit => start | bit);
    }

    Term[] Terms(int rule) => table.TermsOf(table.Rules[rule], abi).ToArray();
}
