namespace SyscallProbe.Rules;

/// <summary>Calls of one syscall whose key arguments meet conditions: how tables of knowledge beside the rules name the calls that they are about.</summary>
/// <param name="syscall">A syscall by name.</param>
/// <param name="arguments">Conditions as in the rule table, see <see cref="TermParser"/>; empty is every call.</param>
sealed class CallPattern(string syscall, string arguments)
{
    // By ABI, since a constant may have another number there; null until asked for, empty where the syscall lacks such arguments.
    readonly Term[]?[] _terms = new Term[AbiNames.All.Count][];

    /// <summary>Whether the call is one of them; a key argument that was not recorded meets no condition.</summary>
    public bool Fits(Call call)
    {
        if (call.Syscall != syscall) return false;
        if (arguments.Length == 0) return true;
        var terms = _terms[(int)call.Abi] ??= TermParser.Parse(arguments, KeyArguments.Of(call.Abi, call.Nr), Constants.Known, call.Abi, out _) ?? [];
        return terms.Length > 0 && Array.TrueForAll(terms, term => call.Knows(term.Slot) && term.Holds(call[term.Slot]));
    }
}
