using SyscallProbe.Recording.Host;
using SyscallProbe.Recording.Stacks;

namespace SyscallProbe.Recording.Scan;

/// <summary>Notes which files with code the processes of a workload have mapped, by looking at them again and again while they live.</summary>
/// <remarks>A process that ends between two looks is missed with what it alone has loaded at run time. Files are held open, so that they can be read after the container has gone.</remarks>
sealed class CodeWatch : IDisposable
{
    // Beyond these nothing is gained.
    const int MostProcesses = 1024, MostFiles = 2048;

    static readonly TimeSpan s_first = TimeSpan.FromMilliseconds(10), s_longest = TimeSpan.FromSeconds(2);

    readonly ProcessStat _init;
    readonly MappedFiles _mapped = new();
    readonly Dictionary<string, MappedFile> _files = new(StringComparer.Ordinal);
    readonly ManualResetEventSlim _end = new();
    readonly Thread _thread;

    /// <summary>Begins to look; the looks become rarer with time.</summary>
    /// <param name="initPid">Of a container's init that waits or runs.</param>
    public CodeWatch(int initPid)
    {
        _init = ProcessStat.Read(initPid) ?? default;
        _thread = new Thread(Run) { IsBackground = true, Name = "mappings" };
        _thread.Start();
    }

    /// <summary>Ends the looking; by path.</summary>
    public IReadOnlyDictionary<string, MappedFile> End()
    {
        _end.Set();
        _thread.Join();
        return _files;
    }

    public void Dispose()
    {
        End();
        _mapped.Dispose();
        _end.Dispose();
    }

    void Run()
    {
        for (var wait = s_first; !_end.Wait(wait); wait = wait * 2 < s_longest ? wait * 2 : s_longest) Look();
    }

    void Look()
    {
        var waiting = new Queue<int>([_init.Pid]);
        var seen = new HashSet<int>();
        while (waiting.TryDequeue(out var pid) && seen.Count < MostProcesses && _files.Count < MostFiles)
        {
            // A number may have been given to a stranger, whose files are none of the workload's.
            if (!seen.Add(pid) || ProcessStat.Read(pid) is not { HasEnded: false } stat || (pid == _init.Pid && stat != _init with { Name = stat.Name, State = stat.State })) continue;
            foreach (var child in ChildrenOf(pid)) waiting.Enqueue(child);
            if (stat.IsRuncs) continue;
            foreach (var mapping in _mapped.Of(pid))
            {
                if (mapping.File is { } file) _files.TryAdd(file.Path, file);
            }
        }
    }

    static List<int> ChildrenOf(int pid)
    {
        var children = new List<int>();
        foreach (var thread in ProcessStatus.ThreadsOf(pid))
        {
            try
            {
                children.AddRange(File.ReadAllText($"/proc/{pid}/task/{thread}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It has ended, or the kernel is built without CONFIG_PROC_CHILDREN.
            }
        }
        return children;
    }
}
