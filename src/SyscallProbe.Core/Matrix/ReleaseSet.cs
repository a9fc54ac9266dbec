using System.Numerics;

namespace SyscallProbe.Matrix;

/// <summary>Some of the known gVisor releases: a bit each.</summary>
/// <remarks>As a set of changes it has each release that differs from the one before it, so that between two of its members nothing changes.</remarks>
sealed class ReleaseSet
{
    const int Bits = 64;

    readonly int _releases;
    readonly ulong[] _words;

    /// <summary>None of so many releases.</summary>
    public ReleaseSet(int releases) => (_releases, _words) = (releases, new ulong[(releases + Bits - 1) / Bits]);

    public bool this[int release] => (_words[release / Bits] & 1UL << (release % Bits)) != 0;

    /// <summary>Adds a release; one behind the last is passed over, so that the end of an interval needs no test.</summary>
    public void Add(int release)
    {
        if (release < _releases) _words[release / Bits] |= 1UL << (release % Bits);
    }

    public void Add(ReleaseSet others)
    {
        for (var i = 0; i < _words.Length; i++) _words[i] |= others._words[i];
    }

    public void Clear() => Array.Clear(_words);

    /// <summary>The first member from <paramref name="release"/> on; the number of releases when there is none.</summary>
    public int NextFrom(int release)
    {
        var word = release / Bits;
        if (word >= _words.Length) return _releases;
        var rest = _words[word] & ulong.MaxValue << (release % Bits);
        while (rest == 0)
        {
            if (++word == _words.Length) return _releases;
            rest = _words[word];
        }
        return word * Bits + BitOperations.TrailingZeroCount(rest);
    }
}
