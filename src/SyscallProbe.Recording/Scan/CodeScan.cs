using System.Collections.Immutable;
using Microsoft.Win32.SafeHandles;
using SyscallProbe.Recording.Engines;
using SyscallProbe.Recording.Host;
using SyscallProbe.Recording.Stacks;
using SyscallProbe.Traces;

namespace SyscallProbe.Recording.Scan;

/// <summary>What a scan of a workload's files found.</summary>
/// <param name="Mappings">Files with code, by path as the workload sees them, and whether they were scanned.</param>
/// <param name="Calls">Calls that their code can make, whether they were made or not.</param>
public sealed record ScanResult(ImmutableSortedDictionary<string, bool> Mappings, ImmutableArray<LatentCall> Calls);

/// <summary>Scans the programs and libraries of a workload for calls: those that were seen to be mapped, and those that its programs are linked with.</summary>
/// <remarks>Cost: about what it takes to read the files; bounded memory. The files are the workload's, and whatever is in them is taken for data. Not thread-safe.</remarks>
public sealed class CodeScan(WorkloadSource source) : IDisposable
{
    // What is left out beyond these is said to be.
    const long MostBytes = 1L << 30;
    const int MostFiles = 2048;

    static readonly ImmutableArray<string> s_folders =
    [
        "/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib/aarch64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/lib64", "/usr/lib64", "/lib", "/usr/lib", "/usr/local/lib",
    ];

    readonly List<CodeWatch> _watches = [];

    /// <summary>Begins to note what a container's processes map.</summary>
    public void Watch(int initPid) => _watches.Add(new CodeWatch(initPid));

    /// <summary>Ends the noting and scans.</summary>
    /// <param name="executables">Paths of programs that ran, as the workload sees them; others than absolute ones are known only by having been seen mapped.</param>
    public ScanResult Run(IEnumerable<string> executables)
    {
        var mappings = ImmutableSortedDictionary.CreateBuilder<string, bool>(StringComparer.Ordinal);
        var files = new List<ScannedFile>();
        using var root = new RootFolder(RootOf(source));
        var waiting = new Queue<string>();
        var asked = new HashSet<string>(StringComparer.Ordinal);
        var left = MostBytes;
        foreach (var (path, file) in _watches.SelectMany(watch => watch.End())) Scan(path, file.Handle);
        foreach (var path in executables.Where(path => path.StartsWith('/'))) waiting.Enqueue(path);
        while (waiting.TryDequeue(out var path) && mappings.Count < MostFiles)
        {
            if (!asked.Add(path)) continue;
            using var handle = root.Open(path, out var realPath);
            if (handle is not null) Scan(realPath, handle);
        }
        return new ScanResult(mappings.ToImmutable(), LatentScan.CallsOf(files));

        void Scan(string path, SafeFileHandle handle)
        {
            if (mappings.ContainsKey(path) || ElfCode.Read(handle) is not { } elf) return;
            left -= RandomAccess.GetLength(handle);
            mappings[path] = left >= 0;
            if (left >= 0) files.Add(new ScannedFile(path, elf, elf.Abi == Abi.Amd64 ? AmdCalls.Find(handle, elf) : ArmCalls.Find(handle, elf)));
            foreach (var linked in LinkedWith(elf, path, root)) waiting.Enqueue(linked);
        }
    }

    public void Dispose()
    {
        foreach (var watch in _watches) watch.Dispose();
    }

    static IEnumerable<string> LinkedWith(ElfCode elf, string path, RootFolder root)
    {
        if (elf.Interpreter is { } loader) yield return loader;
        var origin = path[..Math.Max(0, path.LastIndexOf('/'))];
        var folders = elf.SearchPath.Select(folder => folder.Replace("$ORIGIN", origin, StringComparison.Ordinal).Replace("${ORIGIN}", origin, StringComparison.Ordinal)).Concat(s_folders).ToList();
        foreach (var name in elf.Needed)
        {
            var library = name.Contains('/') ? name : folders.Select(folder => $"{folder}/{name}").FirstOrDefault(candidate => root.IsFile(candidate, 0));
            if (library is not null) yield return library;
        }
    }

    static string RootOf(WorkloadSource source) => source switch
    {
        WorkloadSource.Rootfs rootfs => rootfs.Directory,
        WorkloadSource.OciBundle bundle => Bundle.BundleFile.Read(bundle.Directory).RootPath,
        _ => "/",
    };
}
