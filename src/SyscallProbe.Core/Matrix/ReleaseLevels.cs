namespace SyscallProbe.Matrix;

/// <summary>gVisor's levels at one release, a byte per number: one load a look-up.</summary>
public sealed class ReleaseLevels
{
    readonly byte[] _levels = new byte[LevelTable.AbiCount * LevelTable.NumbersPerAbi];
    readonly byte[] _cells = new byte[LevelTable.AbiCount * LevelTable.NumbersPerAbi];
    readonly GvisorLevels _source;

    internal ReleaseLevels(GvisorLevels source, Release release)
    {
        (_source, Release) = (source, release);
        for (var i = 0; i < _levels.Length; i++)
        {
            var cell = source.CellOf((Abi)(i / LevelTable.NumbersPerAbi), new Nr(i % LevelTable.NumbersPerAbi), release);
            _cells[i] = (byte)cell;
            _levels[i] = (byte)source.Entries[cell].Level;
        }
    }

    public Release Release { get; }

    /// <inheritdoc cref="GvisorLevels.LevelOf"/>
    public SupportLevel LevelOf(Abi abi, Nr nr)
    {
        var levels = _levels;
        var at = ((uint)abi * LevelTable.NumbersPerAbi) + (uint)nr.Value;
        // The second test is also the one for foreign ABIs.
        return (uint)nr.Value < LevelTable.NumbersPerAbi && at < (uint)levels.Length ? (SupportLevel)levels[at] : SupportLevel.Undefined;
    }

    /// <inheritdoc cref="GvisorLevels.EntryOf"/>
    public LevelEntry EntryOf(Abi abi, Nr nr)
    {
        var at = ((uint)abi * LevelTable.NumbersPerAbi) + (uint)nr.Value;
        return _source.Entries[(uint)nr.Value < LevelTable.NumbersPerAbi && at < (uint)_cells.Length ? _cells[at] : 0];
    }
}
