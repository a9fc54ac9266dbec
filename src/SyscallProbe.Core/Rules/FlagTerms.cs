using System.Collections.Immutable;

namespace SyscallProbe.Rules;

/// <summary>Terms <c>flag=value|value</c> on runsc's flags, separated by spaces, all of which must hold: the column <c>configuration</c>, and conditions of paths.</summary>
/// <remarks>A flag that the release lacks has no value, so its terms do not hold.</remarks>
sealed class FlagTerms
{
    readonly ImmutableArray<(string Flag, ImmutableArray<string> Values)> _terms;

    /// <exception cref="FailureException">A part has no <c>=</c>.</exception>
    public FlagTerms(string text)
    {
        _terms = [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(term => term.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals
            ? (term[..equals], term[(equals + 1)..].Split('|').ToImmutableArray())
            : throw new FailureException(new Failure(FailureCode.BadInput, $"expected FLAG=VALUE, found '{term}'", $"condition '{text}'")))];
    }

    public IEnumerable<string> Flags => _terms.Select(term => term.Flag);

    /// <summary>Each flag with each value that a term has for it.</summary>
    public IEnumerable<(string Flag, string Value)> Settings => _terms.SelectMany(term => term.Values.Select(value => (term.Flag, value)));

    /// <param name="valueOf">The value of a flag; null for one that the release lacks.</param>
    public bool Hold(Func<string, string?> valueOf)
    {
        foreach (var (flag, values) in _terms)
        {
            if (valueOf(flag) is not { } value || !values.Contains(value)) return false;
        }
        return true;
    }
}
