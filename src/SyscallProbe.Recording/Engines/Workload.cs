using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using SyscallProbe.Recording.Bundle;
using SyscallProbe.Recording.Enforcement;
using SyscallProbe.Recording.Host;
using SyscallProbe.Recording.Interop;
using SyscallProbe.Recording.Notify;
using SyscallProbe.Recording.Sandbox;
using SyscallProbe.Traces;
using Tmds.Linux;

namespace SyscallProbe.Recording.Engines;

/// <summary>A workload in a container of the real runc, from made to gone.</summary>
/// <remarks>
/// <para><see cref="Create"/> leaves its init waiting, so that a recorder can follow it; <see cref="Start"/> lets it go; <see cref="Wait"/> drives it to its end.</para>
/// <para>
/// Container, cgroup, mounts and folder are gone after <see cref="Wait"/> and after <see cref="Dispose"/>, and also when the process ends by an unhandled
/// exception or Environment.Exit. After a SIGKILL of the tool the container goes on, until the next <see cref="Create"/> removes it.
/// </para>
/// <para>
/// Until <see cref="Wait"/> returns, signals to this process are the workload's: the runtime's own reaction to SIGINT, SIGTERM, SIGHUP and SIGQUIT is off.
/// Not thread-safe.
/// </para>
/// </remarks>
public sealed class Workload : IDisposable
{
    const int LargestOutput = 8 << 20;

    static readonly TimeSpan s_lockPatience = TimeSpan.FromSeconds(30);
    static readonly TimeSpan s_executionPatience = TimeSpan.FromSeconds(30);
    static readonly TimeSpan s_executionInterval = TimeSpan.FromMilliseconds(1);

    /// <summary>How long after a SIGKILL an init may still be there before it is taken to be paused.</summary>
    internal static readonly TimeSpan KillPatience = TimeSpan.FromSeconds(1);

    readonly WorkloadPlan _plan;
    readonly SignalRelay _signals = new();
    readonly Lock _gate = new();
    readonly List<string> _notes = [];
    RunFolder? _run;
    ILauncher? _launcher;
    ChildProcess? _init;
    ChildProcess? _gofer;
    StandardStreams? _streams;
    Supervisor? _supervisor;

    /// <summary>Calls under enforcement that a signal ended before they had their answer; see <see cref="Supervisor.CutShort"/>.</summary>
    public int CallsCutShort => _supervisor?.CutShort ?? 0;
    string? _nameBeforeStart;
    bool _isRemoved;

    Workload(WorkloadPlan plan)
    {
        _plan = plan;
        AppDomain.CurrentDomain.UnhandledException += OnProcessEnd;
        AppDomain.CurrentDomain.ProcessExit += OnProcessEnd;
    }

    /// <summary>The process id, as this process sees it, of the container's init: after <see cref="Start"/> the workload itself.</summary>
    public int InitPid => _init!.Pid;

    /// <summary>The command that runs; a bundle's own.</summary>
    public ImmutableArray<string> Argv { get; private set; } = [];

    /// <summary>The container's bounding set as runc was told it, bit N is capability N.</summary>
    public ulong Capabilities { get; private set; }

    /// <summary>What a person should know of the container as it was made, a sentence each.</summary>
    public ImmutableArray<string> Notes => [.. _notes];

    /// <summary>With <see cref="WorkloadPlan.Sandbox"/> the folder that it logs to, until <see cref="Wait"/> returns; else null.</summary>
    public string? SandboxLog => _plan.Sandbox is null ? null : _run?.Log;

    /// <summary>With <see cref="WorkloadPlan.CaptureOutput"/>: the last 8 MiB of standard output so far; else empty.</summary>
    public ReadOnlyMemory<byte> Output => _streams?.Output ?? default;

    /// <summary>With <see cref="WorkloadPlan.CaptureOutput"/>: the last 8 MiB of standard error so far; else empty.</summary>
    public ReadOnlyMemory<byte> ErrorOutput => _streams?.ErrorOutput ?? default;

    /// <summary>Removes what killed runs have left, makes the container and leaves its init waiting.</summary>
    /// <exception cref="FailureException">The plan cannot be carried out, root or runc is missing, or runc refused; nothing is left behind.</exception>
    public static Workload Create(WorkloadPlan plan)
    {
        PlanCheck.Check(plan);
        if (plan.WithoutContainer is null && LibC.geteuid() != 0) throw new FailureException(Failures.NotRoot);
        var runcPath = plan.WithoutContainer is not null ? null : Runc.Find(Environment.GetEnvironmentVariable("PATH") ?? DockerDefaults.Path["PATH=".Length..]);
        KernelCall.BecomeSubreaper();
        var workload = new Workload(plan);
        try
        {
            if (runcPath is null) workload.MakeBare();
            else workload.Make(runcPath);
            return workload;
        }
        catch (Exception e)
        {
            workload.Dispose();
            if (e is KernelCallException or IOException or UnauthorizedAccessException) throw new FailureException(Failures.StateFolder(plan.StateFolder, e.Message), e);
            throw;
        }
    }

    /// <summary>Lets the workload execute its first instruction; returns when it runs, or has ended.</summary>
    /// <exception cref="FailureException">A signal to end has come already, or runc refused.</exception>
    public void Start()
    {
        if (_signals.IsEndPending) throw new FailureException(Failures.Interrupted);
        _nameBeforeStart = ProcessStat.Read(InitPid)?.Name;
        _launcher!.Start();
        if (_launcher is Runc && _plan.Sandbox is null) WaitUntilExecuted();
    }

    // runc returns when its init has been let go, which on a busy machine may be long before it executes the command: a signal to the workload would end the init instead.
    void WaitUntilExecuted()
    {
        var waiting = Stopwatch.StartNew();
        while (ProcessStat.Read(InitPid)?.Name == _nameBeforeStart && !_init!.WaitForExit(s_executionInterval) && waiting.Elapsed < s_executionPatience)
        {
        }
    }

    /// <summary>Drives the started workload until it has ended, as the plan says, then removes the container.</summary>
    /// <param name="onPhase">Told of <see cref="Phase.Serving"/> once healthy and of <see cref="Phase.Shutdown"/> just before the first signal to stop.</param>
    /// <param name="cancellation">Stops the workload as a SIGTERM to this process would.</param>
    /// <exception cref="FailureException">The command could not be executed at all.</exception>
    public WorkloadEnd Wait(Action<Phase>? onPhase = null, CancellationToken cancellation = default)
    {
        var loop = new WorkloadLoop(_plan, _init!, _signals, _launcher!, onPhase ?? (_ => { }), cancellation) { OnResize = _streams!.Resize };
        loop.Run();
        // A process that has ended keeps its name until it is reaped; an execve would have changed it.
        var wasExecuted = ProcessStat.Read(InitPid)?.Name != _nameBeforeStart;
        var status = _init!.Reap();
        var notes = new List<string>(loop.Notes);
        if (status is { ExitCode: null, Signal: null }) notes.Add("its exit status is not known: another part of the tool took it");
        if (!_streams.WaitForEnd()) notes.Add("not all of its output could be read");
        notes.AddRange(Remove());
        _signals.Dispose();
        // A sandbox's process is no workload; that says itself, at start, what cannot be executed.
        if (_plan.Sandbox is null && !wasExecuted && status.ExitCode is not null) throw new FailureException(Failures.CommandNotExecuted(Argv[0]));
        return new WorkloadEnd(status.ExitCode, status.Signal, loop.IsHealthy, loop.IsStopped, loop.IsInterrupted, [.. notes]);
    }

    /// <summary>Kills what still runs and removes everything.</summary>
    public void Dispose()
    {
        AppDomain.CurrentDomain.UnhandledException -= OnProcessEnd;
        AppDomain.CurrentDomain.ProcessExit -= OnProcessEnd;
        Remove();
        _signals.Dispose();
        _streams?.Dispose();
        _init?.Dispose();
    }

    void Make(string runcPath)
    {
        using var gate = FolderLock.Wait(_plan.StateFolder, () => _signals.IsEndPending) ?? throw new FailureException(Failures.Interrupted);
        _run = RunFolder.Create(_plan.StateFolder);
        // After that: a sweep that leaves the state folder empty removes it, and with it what the lock is on.
        _notes.AddRange(Leftovers.Sweep(_plan.StateFolder, runcPath));
        UnpackedImage.Sweep(UnpackedImage.StateFolder);
        if (_plan.Sandbox is { } sandbox)
        {
            Directory.CreateDirectory(_run.Log);
            _run.OtherRuntime = [sandbox.Path, .. sandbox.Flags(_plan.Network, _run.Log)];
        }
        var runc = Runc.Of(runcPath, _run);
        _launcher = runc;
        var bundle = _plan.Source is WorkloadSource.OciBundle given ? BundleFile.Read(given.Directory) : null;
        Argv = bundle?.Argv ?? _plan.Argv;
        _streams = new StandardStreams(_plan, LargestOutput, bundle is { WantsTerminal: true } ? _run.ConsoleSocket : null);
        var pid = OnOwnThread(() =>
        {
            if (bundle is null) _notes.AddRange(BundleMaker.Make(_plan, _run));
            var folder = _plan.Source is WorkloadSource.OciBundle own ? Path.GetFullPath(own.Directory) : _run.Bundle;
            return runc.Create(_plan.Enforcement is null ? folder : Enforced(folder, runcPath), _streams.Fds, _streams.ConsoleSocket);
        });
        _init = ChildProcess.Adopt(pid);
        if (_plan.Sandbox is not null) _gofer = Gofer.Of(_run);
        _streams.Begin();
        Capabilities = (bundle ?? BundleFile.Read(_run.Bundle)).Bounding;
    }

    // The supervisor must listen before runc connects, which is before its init gets to the workload.
    string Enforced(string folder, string runcPath)
    {
        var supervised = EnforcedSpec.Write(folder, _run!.Bundle, _plan.Enforcement!, _run.ListenerSocket);
        if (!supervised.IsEmpty) _supervisor = new Supervisor(_run.ListenerSocket, supervised, runcPath);
        return _run.Bundle;
    }

    void MakeBare()
    {
        using var gate = FolderLock.Wait(_plan.StateFolder, () => _signals.IsEndPending) ?? throw new FailureException(Failures.Interrupted);
        _run = RunFolder.Create(_plan.StateFolder);
        Argv = _plan.Argv;
        _notes.Add($"the command runs on this host itself, as no container can be made ({_plan.WithoutContainer}): what it writes stays");
        _streams = new StandardStreams(_plan, LargestOutput, null);
        var bare = new BareLauncher(_plan, _run);
        _launcher = bare;
        _init = ChildProcess.Adopt(bare.Create(_streams.Fds));
        _streams.Begin();
        Capabilities = HostFacts.Read(withDevices: false).Capabilities;
    }

    /// <summary>Removes the container and all that belongs to it, once. Returns a sentence for what could not be removed.</summary>
    IReadOnlyList<string> Remove()
    {
        lock (_gate)
        {
            if (_isRemoved || _run is null) return [];
            _isRemoved = true;
            try
            {
                // Bounded: at the end of the process it may be another thread of ours, still making the container, that has the lock.
                var waiting = Stopwatch.StartNew();
                using var gate = FolderLock.Wait(_plan.StateFolder, () => waiting.Elapsed > s_lockPatience);
                if (_init is { Status: null })
                {
                    _init.Signal(LibC.SIGKILL);
                    if (!_init.WaitForExit(KillPatience)) _launcher?.Resume();
                    if (_init.WaitForExit(TimeSpan.FromSeconds(10))) _init.Reap();
                }
                if (_gofer is not null) Gofer.End(_gofer);
                if (_launcher is BareLauncher || Directory.Exists(_run.RuncRoot)) _launcher!.Delete();
                _supervisor?.Dispose();
                _streams?.Restore();
                var left = _run.Remove();
                return left.Count == 0 ? [] : [$"could not be removed: {string.Join(", ", left)}"];
            }
            catch (Exception e) when (e is FailureException or KernelCallException or IOException or UnauthorizedAccessException)
            {
                return [$"the container could not be removed: {e.Message}"];
            }
        }
    }

    void OnProcessEnd(object? sender, EventArgs e) => Remove();

    /// <summary>Runs on a new thread, whose namespaces may be changed: it ends, and with it all that is its own.</summary>
    static T OnOwnThread<T>(Func<T> action)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                result = action();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        })
        { Name = "container" };
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }
}
