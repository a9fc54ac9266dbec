using System.Globalization;
using System.Runtime.InteropServices;
using SyscallProbe.Recording.Bpf;
using SyscallProbe.Recording.Bpf.Programs;
using SyscallProbe.Recording.Host;
using SyscallProbe.Recording.Interop;
using SyscallProbe.Recording.Stacks;
using SyscallProbe.Traces;
using Tmds.Linux;
using Kernel = SyscallProbe.Recording.Interop.Kernel;

namespace SyscallProbe.Recording;

/// <summary>Counts calls in the kernel by eBPF programs at tracepoints: nothing is buffered, so no rate of calls can make it lose one.</summary>
/// <remarks>
/// The byte code is written here, for the running kernel, from its own description of its types: no compiler, no headers, no library.
/// Needs Linux 5.15 or newer with BTF, and CAP_BPF, CAP_PERFMON and CAP_SYS_PTRACE. Nothing is pinned: all ends with the process.
/// </remarks>
public sealed partial class BpfRecorder : ILateRecorder
{
    /// <summary>Stands for a program whose path is not known.</summary>
    public const string UnknownExecutable = "[unknown]";

    /// <summary>The ABI of this machine's own programs.</summary>
    /// <exception cref="FailureException">The processor is neither x86-64 nor arm64 (<see cref="FailureCode.NoPermission"/>).</exception>
    public static Abi HostAbi => Kernel.HostAbi;

    readonly RegisterLayout _layout;
    readonly bool _adoptsThreads;
    readonly RecorderMaps _maps;
    readonly bool _seesRings;
    readonly StackReader? _stacks;
    readonly List<BpfProgram> _programs = [];
    readonly List<IDisposable> _held = []; // links, and namespaces whose numbers must not be given to others

    BpfRecorder(BpfRecorderOptions options)
    {
        _layout = RegisterLayout.Of(Kernel.HostAbi);
        _adoptsThreads = options.AdoptsThreads;
        var types = ReadKernelTypes(options.KernelTypesPath);
        _maps = new RecorderMaps(options);
        try
        {
            _maps.Specs.Update(0, SpecTable.Write(_layout));
            foreach (var condition in SpecTable.Conditions(_layout)) _maps.Conditions.Update(condition, [1, 0, 0, 0]);
            foreach (var (key, value) in TextTable.Entries()) _maps.Texts.Update(key, value);
            Mark(Environment.ProcessId, TaskStates.Ignored, 0);
            var facts = StartCounting(types, options.ReadsTyped);
            ReadsTyped = facts.Typed is not null;
            Start(types, "sched_process_fork", new ForkWriter(facts, _maps));
            Start(types, "sched_process_exec", new ExecWriter(facts, _maps, ProcessStatus.OwnMounts));
            Start(types, "sched_process_exit", new ProcessExitWriter(facts, _maps));
            Start(types, "signal_deliver", new SignalWriter(facts, _maps));
            if (options.UsesPrepareExec && types.TracepointId(PrepareExecWriter.Tracepoint) is not null)
            {
                Start(types, PrepareExecWriter.Tracepoint, new PrepareExecWriter(facts, _maps));
            }
            if (options.SeesRings && RingFacts.Find(types) is { } ring)
            {
                // Completions first: of what is under way none is missed once its submission is seen.
                if (ring.Completed is { } completed) Start(types, completed, new RingCompletedWriter(facts, ring, _maps));
                if (ring.Refused is { } refused) Start(types, refused, new RingRefusedWriter(facts, ring, _maps));
                Start(types, ring.Submitted, new RingSubmittedWriter(facts, ring, _maps));
                _seesRings = true;
            }
            if (_maps.Stacks is { } stacks) _stacks = new StackReader(stacks);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Loads the programs and lets them run; they count nothing until a container is followed.</summary>
    /// <exception cref="FailureException">
    /// Not permitted, no BTF, or a kernel that is too old (<see cref="FailureCode.NoPermission"/>); or the verifier refuses a program.
    /// </exception>
    /// <remarks>Marks this process, so that what it starts from now on is left out.</remarks>
    public static BpfRecorder Open(BpfRecorderOptions? options = null) => new(options ?? new BpfRecorderOptions());

    /// <inheritdoc/>
    public bool TakesStacks => _stacks is not null;

    internal IReadOnlyList<BpfProgram> Programs => _programs;

    /// <summary>Whether the programs read kernel memory without helpers.</summary>
    internal bool ReadsTyped { get; }

    /// <inheritdoc/>
    public void Follow(int initPid)
    {
        Mark(initPid, TaskStates.Followed, 0);
        MarkThreads(initPid);
        var kind = ProcessStatus.OwnNamespaceOf(initPid);
        FollowsExecutions = kind is not null;
        if (kind is not null) RememberNamespace(initPid, kind);
    }

    /// <summary>Whether what an engine executes in the container is recorded: not where nothing tells it from other processes.</summary>
    internal bool FollowsExecutions { get; private set; } = true;

    /// <summary>Follows the container that a runtime is about to make and start at one go (<c>runc run</c>): the init of the next PID namespace made below it.</summary>
    /// <param name="pid">The runtime's process id, before it has made any other process.</param>
    /// <remarks>A container in a PID namespace that exists already cannot be told from the runtime and is not followed.</remarks>
    internal void FollowRuntime(int pid) => Mark(pid, TaskStates.Runtime, 0);

    /// <summary>How the container's init ended, or null while it runs or where it is not known.</summary>
    internal ExitStatus? InitEnd
    {
        get
        {
            var end = RowReader.Counter(_maps.Control.Read(0), RecordLayout.ControlInitEnd);
            if (end >> RecordLayout.InitHasEndedShift == 0) return null;
            // wait(2): the low 7 bits are the signal, 0 for an exit, whose status is in the second byte.
            var signal = (int)(end & 0x7f);
            return signal == 0 ? new ExitStatus((int)(end >> 8 & 0xff), null) : new ExitStatus(null, signal);
        }
    }

    /// <inheritdoc/>
    public void SetPhase(Phase phase)
    {
        if (phase == Phase.Init) throw new ArgumentOutOfRangeException(nameof(phase), "nothing is counted in phase init");
        _maps.SetPhase(phase);
    }

    /// <inheritdoc/>
    public RecordedCalls Read()
    {
        // Before the counters, so that there is none without its count.
        var coverage = default(StackCoverage);
        var stacks = _stacks?.Read(RowReader.Counter(_maps.Control.Read(0), RecordLayout.ControlStacksDropped), out coverage) ?? [];
        var control = _maps.Control.Read(0);
        var rows = RowReader.Read(_maps, _layout.Native.Abi);
        new RingKey(_layout.Native.Abi).Settle(rows);
        var executables = RowReader.ReadExecutables(_maps);
        ulong events = 0;
        var observations = new List<Observation>(rows.Count);
        foreach (var row in rows)
        {
            events += row.Count;
            observations.Add(row.ToObservation(CallSpec.Of(row.Abi, row.Nr), executables.GetValueOrDefault(row.Executable, UnknownExecutable)));
        }
        foreach (var (row, stack) in stacks)
        {
            observations.Add(row.ToObservation(CallSpec.Of(row.Abi, row.Nr), executables.GetValueOrDefault(row.Executable, UnknownExecutable)) with { Stack = stack });
        }
        var reasons = Reasons(control).Sentences();
        if (!_seesRings && RingReason.Of(observations, "the kernel shows their opcodes from 6.0 on") is { } unseen) reasons = reasons.Add(unseen);
        ulong misses = 0;
        foreach (var program in _programs) misses += program.Misses();
        var end = InitEnd;
        return new RecordedCalls(
            Trace.Normalised(observations), events, RowReader.Counter(control, RecordLayout.ControlLost) + misses, reasons)
        {
            Recorder = "ebpf",
            SeccompFilter = RowReader.Counter32(control, RecordLayout.ControlSeccomp) != 0,
            MissingStacks = coverage.Sentence(),
            ExitCode = end?.ExitCode, Signal = end?.Signal,
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stacks?.Dispose();
        foreach (var held in _held) held.Dispose();
        foreach (var program in _programs) program.Dispose();
        _maps.Dispose();
    }

    static RecordingReasons Reasons(byte[] control) => new(
        RowReader.Counter(control, RecordLayout.ControlPathsFull), RowReader.Counter(control, RecordLayout.ControlPathsUnreadable),
        RowReader.Counter(control, RecordLayout.ControlExecutablesFull))
    {
        Unfollowed = RowReader.Counter(control, RecordLayout.ControlUnfollowed),
    };

    static BtfTypes ReadKernelTypes(string path)
    {
        try
        {
            return BtfTypes.Parse(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FailureException(new Failure(
                FailureCode.NoPermission, $"the kernel does not offer its types (BTF), which the eBPF recorder needs", path,
                "use a kernel from 5.15 on that is built with CONFIG_DEBUG_INFO_BTF=y"), e);
        }
    }

    // First, as this program is most of all that the verifier has to accept: where it does not know the types on the way to a file, all read them by helpers.
    KernelFacts StartCounting(BtfTypes types, bool readsTyped)
    {
        var facts = new KernelFacts(types, _layout, readsTyped);
        try
        {
            Start(types, "sys_exit", new SyscallExitWriter(facts, _maps) { AdoptsThreads = _adoptsThreads });
            return facts;
        }
        catch (FailureException e) when (facts.Typed is not null && e.Failure.Code == FailureCode.RecordingFailed)
        {
            return StartCounting(types, readsTyped: false);
        }
    }

    void Start(BtfTypes types, string tracepoint, ProgramWriter writer)
    {
        var id = types.TracepointId(tracepoint) ?? throw new FailureException(new Failure(
            FailureCode.NoPermission, $"the kernel has no tracepoint {tracepoint}, which the eBPF recorder needs", null,
            "use a kernel from 5.15 on that is built with CONFIG_FTRACE_SYSCALLS=y"));
        var program = BpfProgram.Load("sp_" + tracepoint, id, writer.Assemble());
        _programs.Add(program);
        _held.Add(program.Attach(tracepoint));
    }

    void Mark(int pid, int state, uint pidfdFlags)
    {
        using var pidfd = new BpfHandle(Kernel.PidfdOpen(pid, pidfdFlags));
        if (pidfd.IsInvalid) throw Kernel.Failed("pidfd_open", pid.ToString(CultureInfo.InvariantCulture));
        Span<byte> value = stackalloc byte[RecordLayout.TaskBytes];
        value.Clear();
        MemoryMarshal.Write(value[RecordLayout.TaskState..], state);
        _maps.Tasks.Update(MemoryMarshal.AsBytes(new ReadOnlySpan<int>([pidfd.Fd])), value);
    }

    // A runtime's init may have threads, any of which may call execve. New ones take over the mark from the leader or from the thread that makes them.
    void MarkThreads(int pid)
    {
        var marked = new HashSet<int> { pid };
        for (var isNew = true; isNew;)
        {
            isNew = false;
            foreach (var thread in ProcessStatus.ThreadsOf(pid))
            {
                if (!marked.Add(thread)) continue;
                isNew = true;
                try
                {
                    Mark(thread, TaskStates.Followed, Kernel.PIDFD_THREAD);
                }
                catch (FailureException) when (LibC.errno == LibC.EINVAL || LibC.errno == LibC.ESRCH)
                {
                    // Before Linux 6.9 only a leader can be addressed; or the thread has ended.
                }
            }
        }
    }

    void RememberNamespace(int pid, string kind)
    {
        _held.Add(ProcessStatus.OpenNamespace(pid, kind, out var inode));
        _maps.Namespaces.Update(MemoryMarshal.AsBytes(new ReadOnlySpan<uint>([inode])), [1, 0, 0, 0]);
    }
}
