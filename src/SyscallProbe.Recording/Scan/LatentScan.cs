using System.Collections.Immutable;
using SyscallProbe.Traces;

namespace SyscallProbe.Recording.Scan;

/// <summary>Tells which calls the files of a workload can make by their own code, all taken together.</summary>
/// <remarks>
/// <para>A C library can make nearly every call there is: what counts is which of its functions the others take from it, and the call is then theirs. The same goes for its loader.</para>
/// <para>A library's function that is offered to others and that nobody takes is not counted; what stands in its other code, and in all code of a program, is.</para>
/// <para>Only what a function does itself is known, not what it calls in turn; and nothing of what is looked up by name at run time, or compiled then.</para>
/// </remarks>
static class LatentScan
{
    // Every C library has syscall(2), and glibc's loader what finds thread-local variables.
    const string MarkOfCLibrary = "syscall", MarkOfLoader = "__tls_get_addr";

    /// <summary>Each call once, with the files that can make it.</summary>
    public static ImmutableArray<LatentCall> CallsOf(IReadOnlyCollection<ScannedFile> files)
    {
        var importers = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            foreach (var name in file.Elf.Imports) (importers.TryGetValue(name, out var paths) ? paths : importers[name] = []).Add(file.Path);
        }
        var calls = new Dictionary<(Abi, Nr), SortedSet<string>>();
        foreach (var file in files)
        {
            var isShared = !file.Elf.IsProgram && file.Elf.Exports.Any(function => function.Name is MarkOfCLibrary or MarkOfLoader);
            foreach (var site in file.Sites)
            {
                foreach (var path in CallersOf(file, site, isShared, importers))
                {
                    (calls.TryGetValue((file.Elf.Abi, site.Nr), out var paths) ? paths : calls[(file.Elf.Abi, site.Nr)] = new(StringComparer.Ordinal)).Add(path);
                }
            }
        }
        return [.. calls.Select(call => new LatentCall(call.Key.Item1, call.Key.Item2, [.. call.Value]))];
    }

    static IEnumerable<string> CallersOf(ScannedFile file, CallSite site, bool isShared, Dictionary<string, List<string>> importers)
    {
        if (file.Elf.IsProgram) return [file.Path];
        var takers = new List<string>();
        var isOffered = false;
        foreach (var function in FunctionsAt(file.Elf.Exports, site.Address))
        {
            isOffered = true;
            if (importers.TryGetValue(function.Name, out var paths)) takers.AddRange(paths.Where(path => path != file.Path));
        }
        if (isShared) return takers;
        return !isOffered || takers.Count > 0 ? [file.Path] : [];
    }

    // Sorted by address; names of one function follow each other.
    static IEnumerable<ExportedFunction> FunctionsAt(ImmutableArray<ExportedFunction> exports, ulong address)
    {
        var (low, high) = (0, exports.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (exports[middle].Address <= address) low = middle + 1;
            else high = middle;
        }
        if (low == 0) yield break;
        var start = exports[low - 1].Address;
        for (var i = low - 1; i >= 0 && exports[i].Address == start; i--)
        {
            if (address - start < exports[i].Bytes) yield return exports[i];
        }
    }
}
