using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace SyscallProbe.Recording.Engines;

/// <summary>The three descriptors that a workload gets: the tool's own, or a file and pipes where the plan says so, or a terminal where its bundle does.</summary>
/// <remarks>
/// runc gives the files behind them to the container's user (fixStdioPermissions, libcontainer/init_linux.go, runc 1.1): the terminal of whoever used
/// sudo would be root's afterwards. The owners are put back at the end.
/// </remarks>
sealed unsafe class StandardStreams : IDisposable
{
    readonly SafeFileHandle? _stdin;
    readonly OutputTail? _output, _error;
    readonly TerminalRelay? _terminal;
    readonly int _keepBytes;
    readonly (int Fd, stat Before)[] _owners;

    /// <param name="keepBytes">How much of each output to keep.</param>
    /// <param name="terminal">Where to listen for a terminal, which takes the place of all three; null for none.</param>
    public StandardStreams(WorkloadPlan plan, int keepBytes, string? terminal)
    {
        _keepBytes = keepBytes;
        if (plan.StdinFile is { } path)
        {
            try
            {
                _stdin = File.OpenHandle(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new FailureException(Failures.NoStdinFile(path, e.Message), e);
            }
        }
        if (terminal is not null)
        {
            _terminal = new TerminalRelay(terminal);
        }
        else if (plan.CaptureOutput)
        {
            _output = OutputTail.OfPipe(keepBytes, plan.IsSilent ? -1 : plan.OutputToError ? 2 : 1);
            _error = OutputTail.OfPipe(keepBytes, plan.IsSilent ? -1 : 2);
        }
        Fds = (_stdin is null ? 0 : (int)_stdin.DangerousGetHandle(), _output?.WriteFd ?? (plan.OutputToError ? 2 : 1), _error?.WriteFd ?? 2);
        var owners = new List<(int, stat)>();
        foreach (var fd in (int[])[Fds.In, Fds.Out, Fds.Error])
        {
            stat before;
            if (LibC.fstat(fd, &before) == 0) owners.Add((fd, before));
        }
        _owners = _output is null ? [.. owners] : [.. owners.Take(1)]; // pipes of our own need no care
    }

    /// <summary>To be given to runc create.</summary>
    public (int In, int Out, int Error) Fds { get; }

    /// <summary>To be given to runc create for a terminal; null without one.</summary>
    public string? ConsoleSocket => _terminal?.Path;

    public byte[] Output => (_terminal?.Output ?? _output)?.Last() ?? [];

    public byte[] ErrorOutput => _error?.Last() ?? [];

    /// <summary>Begins to copy, once runc create has given the workload its own ends.</summary>
    public void Begin()
    {
        _terminal?.Accept(_keepBytes);
        _output?.CloseWriteSide();
        _error?.CloseWriteSide();
    }

    /// <summary>Waits until everything that was written has been read. False when a writer still lives.</summary>
    public bool WaitForEnd() => (_terminal?.Output?.WaitForEnd(TimeSpan.FromSeconds(2)) ?? true) && (_output?.WaitForEnd(TimeSpan.FromSeconds(2)) ?? true) && (_error?.WaitForEnd(TimeSpan.FromSeconds(2)) ?? true);

    /// <summary>Gives the workload's terminal the size of ours, where it has one of its own.</summary>
    public void Resize() => _terminal?.Resize();

    /// <summary>Puts the mode of our terminal and the owners of the files back. May be called from another thread.</summary>
    public void Restore()
    {
        _terminal?.Dispose();
        foreach (var (fd, before) in _owners)
        {
            stat now;
            if (LibC.fstat(fd, &now) == 0 && (now.st_uid != before.st_uid || now.st_gid != before.st_gid)) _ = LibC.fchown(fd, before.st_uid, before.st_gid);
        }
    }

    public void Dispose()
    {
        _stdin?.Dispose();
        _terminal?.Dispose();
        _output?.Dispose();
        _error?.Dispose();
    }
}
