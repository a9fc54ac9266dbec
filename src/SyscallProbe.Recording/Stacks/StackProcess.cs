using System.Text;
using Microsoft.Win32.SafeHandles;
using SyscallProbe.Recording.Host;
using SyscallProbe.Recording.Interop;
using Tmds.Linux;

namespace SyscallProbe.Recording.Stacks;

/// <summary>The perf map of one process, held open as soon as there is one.</summary>
sealed class StackProcess(int pid) : IDisposable
{
    const int LargestMap = 256 << 20;

    // Between two requests to a runtime that was not ready.
    const long PauseMilliseconds = 200;

    readonly Lock _lock = new();
    long _asked = -PauseMilliseconds;
    Func<int, int, bool>? _writeMap;
    Task? _request;
    SafeFileHandle? _file;

    /// <summary>Looks for the map, and asks a .NET runtime or a JVM for one; called while the process lives.</summary>
    public void Look(IEnumerable<Mapping> mappings)
    {
        if (_file is not null) return;
        _writeMap ??= WriterFor(mappings);
        LookAgain();
    }

    /// <summary>As <see cref="Look"/>, where there is a runtime that was not ready: it may call nothing new when it is.</summary>
    public void Retry()
    {
        if (_file is null && _writeMap is not null) LookAgain();
    }

    /// <summary>The map as it is now; null when there is none.</summary>
    public PerfMap? Read()
    {
        _request?.Wait();
        if (_file is null || RandomAccess.GetLength(_file) > LargestMap) return null;
        using var stream = new FileStream(new SafeFileHandle(_file.DangerousGetHandle(), ownsHandle: false), FileAccess.Read);
        stream.Position = 0;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return PerfMap.Parse(reader);
    }

    public void Dispose()
    {
        _request?.Wait();
        _file?.Dispose();
    }

    void LookAgain()
    {
        if (_request is { IsCompleted: false }) return;
        // A process names its map by its own number in the innermost PID namespace.
        var ownPid = ProcessStatus.InnermostPid(pid);
        if (ownPid is null) return;
        Open(ownPid.Value);
        if (_file is not null || Environment.TickCount64 - _asked < PauseMilliseconds || _writeMap is not { } writeMap) return;
        _asked = Environment.TickCount64;
        // Apart from the reader of stacks: the answer takes as long as the runtime has methods, and other processes must be looked at while they live.
        _request = Task.Run(() =>
        {
            if (writeMap(pid, ownPid.Value)) Open(ownPid.Value);
        });
    }

    static Func<int, int, bool>? WriterFor(IEnumerable<Mapping> mappings)
    {
        foreach (var mapping in mappings)
        {
            if (mapping.File?.Name == "libcoreclr.so") return DotnetRuntime.WriteMap;
            if (mapping.File?.Name == "libjvm.so") return JavaRuntime.WriteMap;
        }
        return null;
    }

    unsafe void Open(int ownPid)
    {
        lock (_lock)
        {
            if (_file is not null) return;
            var root = Encoding.UTF8.GetBytes($"/proc/{pid}/root\0");
            fixed (byte* text = root)
            {
                using var folder = new SafeFileHandle(LibC.open(text, LibC.O_PATH | LibC.O_CLOEXEC), ownsHandle: true);
                if (folder.IsInvalid) return;
                var fd = KernelCall.OpenInRoot((int)folder.DangerousGetHandle(), $"/tmp/perf-{ownPid}.map", LibC.O_RDONLY | LibC.O_NONBLOCK | LibC.O_NOFOLLOW);
                if (fd < 0) return;
                var file = new SafeFileHandle(fd, ownsHandle: true);
                stat info;
                if (LibC.fstat(fd, &info) == 0 && (info.st_mode & LibC.S_IFMT) == LibC.S_IFREG) _file = file;
                else file.Dispose();
            }
        }
    }
}
