using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using SyscallProbe.Matrix;
using SyscallProbe.Rules;

namespace SyscallProbe.Benchmarks;

/// <summary>Prints how many bytes each competitor of the look-up benchmarks takes.</summary>
static class LookupSizes
{
    public static void Print(TextWriter to)
    {
        var newest = GvisorReleases.Known.Newest;
        var (all, one) = (LookupQueries.Cells().ToArray(), LookupQueries.Cells(newest).ToArray());
        var intervals = LookupQueries.Intervals();
        to.WriteLine($"{GvisorLevels.Known.ReleaseCount} releases, {one.Length} numbers of two ABIs, {intervals.Length} intervals");
        Line(to, "all releases: packed table", GvisorLevels.Known.SizeBytes);
        Line(to, "all releases: FrozenDictionary", Allocated(() => all.ToFrozenDictionary()));
        Line(to, "all releases: FrozenDictionary, dense key", Allocated(() => all.ToFrozenDictionary(cell => cell.Key.DenseKey, cell => cell.Value)));
        Line(to, "all releases: Dictionary", Allocated(() => new Dictionary<LookupQuery, SupportLevel>(all)));
        Line(to, "all releases: sorted intervals, int and byte", intervals.Length * 5);
        Line(to, "all releases: array of structs", Allocated(() => intervals.ToArray()));
        Line(to, "one release: flat", Allocated(() => GvisorLevels.Known.At(newest)));
        Line(to, "one release: FrozenDictionary", Allocated(() => one.ToFrozenDictionary()));
        Line(to, "one release: FrozenDictionary, dense key", Allocated(() => one.ToFrozenDictionary(cell => cell.Key.DenseKey, cell => cell.Value)));
        Line(to, "one release: Dictionary", Allocated(() => new Dictionary<NumberQuery, SupportLevel>(one)));
        PrintRules(to);
    }

    static void PrintRules(TextWriter to)
    {
        var gvisor = new GvisorHistory(ImmutableSortedDictionary<string, string>.Empty);
        var (cells, intervals) = (RuleQueries.Cells(gvisor).ToArray(), RuleQueries.Intervals(gvisor));
        to.WriteLine($"{RuleQueries.Calls.Count} calls that rules name, {intervals.Length} intervals, {cells.Length} cells");
        Line(to, "rules: packed table, all rules", PackedImage.Embedded.Blob("gvisor/rules.table").Length);
        Line(to, "rules: FrozenDictionary", Allocated(() => cells.ToFrozenDictionary(), 4));
        Line(to, "rules: Dictionary", Allocated(() => new Dictionary<RuleKey, OutcomeKind>(cells), 4));
        Line(to, "rules: array of structs", Allocated(() => intervals.ToArray()));
    }

    static void Line(TextWriter to, string what, long bytes) => to.WriteLine($"{what,-48} {bytes.ToString("N0", CultureInfo.InvariantCulture),12} B");

    // What stays alive, not what was allocated on the way; of many, because the heap moves by some KiB on its own.
    static long Allocated(Func<object> make, int times = 64)
    {
        var kept = new object[times];
        kept[0] = make(); // statics and code that the first call needs
        var before = Settled();
        for (var i = 1; i < kept.Length; i++) kept[i] = make();
        var after = Settled();
        GC.KeepAlive(kept);
        return (after - before) / (kept.Length - 1);
    }

    static long Settled()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
