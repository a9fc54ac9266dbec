using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace SyscallProbe.Recording.Engines;

/// <summary>The three descriptors that a workload gets: the tool's own, or a file and pipes where the plan says so.</summary>
/// <remarks>
/// runc gives the files behind them to the container's user (fixStdioPermissions, libcontainer/init_linux.go, runc 1.1): the terminal of whoever used
/// sudo would be root's afterwards. The owners are put back at the end.
/// </remarks>
sealed unsafe class StandardStreams : IDisposable
{
    readonly SafeFileHandle? _stdin;
    readonly OutputTail? _output, _error;
    readonly (int Fd, stat Before)[] _owners;

    public StandardStreams(WorkloadPlan plan, int keep)
    {
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
        if (plan.CaptureOutput)
        {
            _output = new OutputTail(keep, 1);
            _error = new OutputTail(keep, 2);
        }
        Fds = (_stdin is null ? 0 : (int)_stdin.DangerousGetHandle(), _output?.WriteFd ?? 1, _error?.WriteFd ?? 2);
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

    public byte[] Output => _output?.Last() ?? [];

    public byte[] ErrorOutput => _error?.Last() ?? [];

    /// <summary>Closes this process's writing ends of the pipes, once the workload has its own.</summary>
    public void CloseWriteSides()
    {
        _output?.CloseWriteSide();
        _error?.CloseWriteSide();
    }

    /// <summary>Waits until everything that was written has been read. False when a writer still lives.</summary>
    public bool WaitForEnd() => (_output?.WaitForEnd(TimeSpan.FromSeconds(2)) ?? true) && (_error?.WaitForEnd(TimeSpan.FromSeconds(2)) ?? true);

    public void RestoreOwners()
    {
        foreach (var (fd, before) in _owners)
        {
            stat now;
            if (LibC.fstat(fd, &now) == 0 && (now.st_uid != before.st_uid || now.st_gid != before.st_gid)) _ = LibC.fchown(fd, before.st_uid, before.st_gid);
        }
    }

    public void Dispose()
    {
        _stdin?.Dispose();
        _output?.Dispose();
        _error?.Dispose();
    }
}
