using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace SyscallProbe.Matrix;

/// <summary>gVisor's support level of every syscall of both ABIs at every release.</summary>
/// <remarks>
/// Read in place from the packed image, whose bytes are checked once when it is opened. Look-ups take constant time and allocate nothing.
/// Facts: <c>data/gvisor/levels.csv</c>, from gVisor's <c>pkg/sentry/syscalls/linux</c> at each release's tag; layout: <see cref="LevelTable"/>.
/// </remarks>
public sealed class GvisorLevels
{
    static readonly Lazy<GvisorLevels> s_known = new(() => new GvisorLevels(PackedImage.Embedded));

    readonly PackedBytes _classes;
    readonly PackedBytes _starts;
    readonly PackedBytes _histories;
    readonly int[] _classChanges; // releases that are of another class than the one before
    readonly LevelEntry?[] _entries = new LevelEntry?[byte.MaxValue + 1]; // by code

    /// <exception cref="FailureException">The image has no levels, or they are damaged.</exception>
    public GvisorLevels(PackedImage image)
    {
        var blob = image.Blob(LevelTable.BlobName);
        if (blob.Length < LevelTable.HeaderLength || BinaryPrimitives.ReadUInt32LittleEndian(blob.Span) != LevelTable.Magic) throw Damaged("it does not begin with GVL1");
        int Count(int at) => BinaryPrimitives.ReadUInt16LittleEndian(blob.Span[at..]);
        var (numbers, releases, classes, histories, entries, text) = (Count(4), Count(6), Count(8), Count(10), Count(12), Count(14));
        if (numbers != LevelTable.NumbersPerAbi) throw Damaged($"it has {numbers} numbers per ABI");
        var classesAt = LevelTable.HeaderLength + (entries * LevelTable.EntryLength);
        var startsAt = classesAt + releases;
        var historiesAt = startsAt + (LevelTable.SlotCount * sizeof(ushort));
        var textAt = historiesAt + histories;
        if (blob.Length != textAt + text) throw Damaged($"it has {blob.Length} bytes and its header speaks of {textAt + text}");
        (SizeBytes, ReleaseCount) = (blob.Length, releases);
        _classes = blob.Slice(classesAt, releases);
        _starts = blob.Slice(startsAt, historiesAt - startsAt);
        _histories = blob.Slice(historiesAt, histories);
        _classChanges = [.. Enumerable.Range(1, Math.Max(0, releases - 1)).Where(release => _classes[release] != _classes[release - 1])];
        ReadEntries(blob.Span[LevelTable.HeaderLength..classesAt], blob.Span[textAt..]);
        Check(classes);
    }

    /// <summary>The levels that this assembly was built with.</summary>
    public static GvisorLevels Known => s_known.Value;

    /// <summary>Releases from <see cref="Release.Index"/> 0 on.</summary>
    public int ReleaseCount { get; }

    /// <summary>Size of the packed table.</summary>
    public int SizeBytes { get; }

    /// <summary>Finds what gVisor does with a syscall at a release.</summary>
    /// <param name="nr">Number within <paramref name="abi"/>; any value is allowed, also negative ones and ones newer than the table.</param>
    /// <returns>
    /// The level in force at <paramref name="release"/>, or <see cref="SupportLevel.Undefined"/> when gVisor's table has no row: gVisor then answers
    /// ENOSYS. Always so for i386 and x32, of which gVisor has no table.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The release is not one of <see cref="ReleaseCount"/>.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public SupportLevel LevelOf(Abi abi, Nr nr, Release release) => (SupportLevel)(CodeOf(abi, nr, release) & LevelTable.LevelMask);

    /// <summary>The same with errno, capability and event.</summary>
    /// <inheritdoc cref="LevelOf"/>
    public LevelEntry EntryOf(Abi abi, Nr nr, Release release) => EntryOf(CodeOf(abi, nr, release));

    /// <summary>Lays out one release flat, for many look-ups in it. Allocates 1 KiB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The release is not one of <see cref="ReleaseCount"/>.</exception>
    public ReleaseLevels At(Release release) => new(this, release);

    /// <summary>Adds each release that treats a syscall otherwise than the release before it.</summary>
    internal void AddChanges(Abi abi, Nr nr, ReleaseSet to)
    {
        var before = CodeOf(abi, nr, new Release(0));
        foreach (var release in _classChanges)
        {
            var code = CodeOf(abi, nr, new Release(release));
            if (code != before) to.Add(release);
            before = code;
        }
    }

    internal LevelEntry EntryOf(int code) => _entries[code]!;

    // The constructor has checked every class, start and code: only the release that is asked for can be out of range.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int CodeOf(Abi abi, Nr nr, Release release)
    {
        if ((uint)release.Index >= (uint)_classes.Length) ThrowUnknown(release);
        return _histories.Unchecked(_starts.UncheckedU16(LevelTable.SlotOf(abi, nr)) + _classes.Unchecked(release.Index));
    }

    static void ThrowUnknown(Release release) => throw new ArgumentOutOfRangeException(nameof(release), release.Index, "the levels have no such release");

    void ReadEntries(ReadOnlySpan<byte> entries, ReadOnlySpan<byte> text)
    {
        for (; entries.Length > 0; entries = entries[LevelTable.EntryLength..])
        {
            var (code, errno) = (entries[0], BinaryPrimitives.ReadUInt16LittleEndian(entries[2..]));
            var (from, length) = (BinaryPrimitives.ReadUInt16LittleEndian(entries[4..]), BinaryPrimitives.ReadUInt16LittleEndian(entries[6..]));
            var level = code & LevelTable.LevelMask;
            if (level >= SupportLevelNames.All.Count || errno > 4095 || from + length > text.Length) throw Damaged($"entry {code} is out of range");
            _entries[code] = new LevelEntry((SupportLevel)level, errno == 0 ? null : new Errno(errno), length == 0 ? null : Encoding.UTF8.GetString(text.Slice(from, length)), entries[1] != 0);
        }
    }

    void Check(int classes)
    {
        foreach (var value in _classes.Span)
        {
            if (value >= classes) throw Damaged($"it names the class {value} of {classes}");
        }
        for (var slot = 0; slot < LevelTable.SlotCount; slot++)
        {
            var start = _starts.UncheckedU16(slot);
            if (start + classes > _histories.Length) throw Damaged($"a history begins at {start} of {_histories.Length} bytes");
        }
        foreach (var code in _histories.Span)
        {
            if (_entries[code] is null) throw Damaged($"it names the entry {code}, which it does not have");
        }
    }

    static FailureException Damaged(string why) =>
        new(new Failure(FailureCode.BadInput, $"the packed gVisor levels are damaged: {why}", Fix: "pack them again with `syscallprobe matrix pack`"));
}
