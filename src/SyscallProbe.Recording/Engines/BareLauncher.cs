using System.Collections;
using System.Globalization;
using System.Runtime.ExceptionServices;
using SyscallProbe.Recording.Bundle;
using SyscallProbe.Recording.Host;
using SyscallProbe.Recording.Interop;
using Tmds.Linux;

namespace SyscallProbe.Recording.Engines;

/// <summary>Runs a command on the host itself, where no container can be made.</summary>
/// <remarks>
/// The process waits before its execve, for a recorder to follow it, in the open of a fifo (fifo(7): it lasts until somebody reads). The thread that makes it waits
/// in posix_spawn(3) meanwhile, so that a program that cannot be executed is told with its errno.
/// </remarks>
sealed class BareLauncher(WorkloadPlan plan, RunFolder run) : ILauncher
{
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    ChildProcess? _child;
    ExceptionDispatchInfo? _failure;
    Thread? _maker;
    int _pid;

    string Gate => run.Folder + "/gate";

    /// <summary>Makes the process; it waits. Returns its id.</summary>
    /// <exception cref="FailureException">There is no such command.</exception>
    public int Create((int In, int Out, int Error) stdio)
    {
        var path = Find(plan.Argv[0]) ?? throw new FailureException(Failures.CommandNotFound(plan.Argv[0]));
        KernelCall.MakeFifo(Gate);
        var thread = 0;
        _maker = new Thread(() =>
        {
            try
            {
                Volatile.Write(ref thread, PtraceCall.ThreadId());
                _child = ChildProcess.Start(path, [.. plan.Argv.Skip(1)], Variables(), stdio, gate: new SpawnGate(Gate, plan.WorkingDirectory));
            }
            catch (KernelCallException e)
            {
                _failure = ExceptionDispatchInfo.Capture(e);
            }
        })
        { IsBackground = true, Name = "command" };
        _maker.Start();
        var isThere = SpinWait.SpinUntil(() => (_pid = ChildOf(Volatile.Read(ref thread))) != 0 || _failure is not null, s_patience);
        if (!isThere || _pid == 0) throw new FailureException(Failures.CommandFailed(plan.Argv[0], _failure?.SourceException.Message ?? "it did not start"));
        return _pid;
    }

    public void Start()
    {
        using (KernelCall.OpenFifo(Gate)) _maker!.Join(s_patience);
        if (_failure is not null) throw new FailureException(Failures.CommandFailed(plan.Argv[0], _failure.SourceException.Message));
    }

    public ChildProcess Exec(IReadOnlyList<string> argv, (int In, int Out, int Error) stdio)
    {
        var path = Find(argv[0]) ?? throw new FailureException(Failures.CommandNotFound(argv[0]));
        try
        {
            return ChildProcess.Start(path, [.. argv.Skip(1)], Variables(), stdio);
        }
        catch (KernelCallException e)
        {
            throw new FailureException(Failures.CommandFailed(argv[0], e.Message), e);
        }
    }

    public void Resume()
    {
    }

    // It has a process group of its own; what has left that is the recorder's to kill.
    public void Delete()
    {
        if (_pid != 0) LibC.kill(-_pid, LibC.SIGKILL);
        _child?.Dispose();
    }

    List<string> Variables()
    {
        var variables = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            var name = (string)variable.Key;
            if (!name.StartsWith("SYSCALLPROBE_", StringComparison.Ordinal)) variables[name] = (string)variable.Value!;
        }
        foreach (var (name, value) in plan.Environment) variables[name] = value;
        return [.. variables.Select(variable => $"{variable.Key}={variable.Value}")];
    }

    string? Find(string command)
    {
        const uint executable = 0x49; // 0111
        using var root = new RootFolder("/");
        var folder = plan.WorkingDirectory ?? Environment.CurrentDirectory;
        var search = Environment.GetEnvironmentVariable("PATH") ?? DockerDefaults.Path["PATH=".Length..];
        IEnumerable<string> places = command.Contains('/') ? [command] : search.Split(':').Select(place => Path.Combine(place, command));
        return places.Select(place => Path.GetFullPath(place, folder)).FirstOrDefault(place => root.IsFile(place, executable));
    }

    static int ChildOf(int thread)
    {
        if (thread == 0) return 0;
        var children = File.ReadAllText($"/proc/self/task/{thread}/children");
        return int.TryParse(children.Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0;
    }
}
