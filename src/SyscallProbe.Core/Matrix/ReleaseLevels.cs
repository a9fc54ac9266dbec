using System.Runtime.CompilerServices;

namespace SyscallProbe.Matrix;

/// <summary>gVisor's levels at one release, a byte per number: one load a look-up.</summary>
public sealed class ReleaseLevels
{
    readonly byte[] _levels = new byte[LevelTable.AbiCount * LevelTable.NumbersPerAbi];
    readonly GvisorLevels _source;

    internal ReleaseLevels(GvisorLevels source, Release release)
    {
        (_source, Release) = (source, release);
        for (var i = 0; i < _levels.Length; i++)
        {
            _levels[i] = (byte)source.LevelOf((Abi)(i / LevelTable.NumbersPerAbi), new Nr(i % LevelTable.NumbersPerAbi), release);
        }
    }

    public Release Release { get; }

    /// <inheritdoc cref="GvisorLevels.LevelOf"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public SupportLevel LevelOf(Abi abi, Nr nr)
    {
        var levels = _levels;
        var at = ((uint)abi * LevelTable.NumbersPerAbi) + (uint)nr.Value;
        // The second test is also the one for foreign ABIs.
        return (uint)nr.Value < LevelTable.NumbersPerAbi && at < (uint)levels.Length ? (SupportLevel)levels[at] : SupportLevel.Undefined;
    }

    /// <inheritdoc cref="GvisorLevels.EntryOf(Abi, Nr, Release)"/>
    public LevelEntry EntryOf(Abi abi, Nr nr) => _source.EntryOf(abi, nr, Release);
}
