using System.Diagnostics;
using System.Globalization;
using SyscallProbe;
using SyscallProbe.Recording;
using SyscallProbe.Recording.Bpf;

/// <summary>A way to watch a program while it runs.</summary>
/// <param name="IsSlow">Whether it costs so much that it gets fewer rounds and fewer calls.</param>
/// <param name="Measure">Runs the program with its arguments.</param>
sealed record Tool(string Name, bool IsSlow, Func<string[], Cost> Measure);

/// <summary>What a call took.</summary>
/// <param name="WallNs">By the clock: with what other processes do meanwhile, be it a tool's own process or a busy machine.</param>
/// <param name="CpuNs">Of the calling process alone: with what runs in the kernel on its behalf, as eBPF programs do.</param>
readonly record struct Cost(double WallNs, double CpuNs);

/// <summary>The tools that are compared.</summary>
static class Tools
{
    // What this recorder keeps of each call, as far as bpftrace can: number, key argument, errno, program; for one process tree. Neither paths, nor what is behind a descriptor.
    const string SameKeys = """
        BEGIN { @member[TREE] = 1; }
        interval:ms:200 /!@ready/ { @ready = 1; printf("ready\n"); }
        tracepoint:sched:sched_process_fork /@member[args->parent_pid]/ { @member[args->child_pid] = 1; }
        tracepoint:sched:sched_process_exit /@member[tid]/ { delete(@member[tid]); delete(@argument[tid]); }
        tracepoint:raw_syscalls:sys_enter /@member[tid]/ { @argument[tid] = ARGUMENT; }
        tracepoint:raw_syscalls:sys_exit /@member[tid]/ { @calls[args->id, @argument[tid], args->ret < 0 ? args->ret : 0, comm] = count(); }
        """;

    // What a seccomp filter has to stop at to learn the arguments; strace makes none for all calls, and leaves out the names that it does not know.
    static readonly string s_withArguments = string.Join(',', Syscalls.All(Abi.Amd64).Where(syscall => !CallSpec.Of(Abi.Amd64, syscall.Nr).IsNothing).Select(syscall => $"?{syscall.Name}"));

    public const string SameKeysName = "bpftrace, same keys";

    // The least that counts calls by number and errno at all.
    const string NumberAndErrno = """
        interval:ms:200 /!@ready/ { @ready = 1; printf("ready\n"); }
        tracepoint:raw_syscalls:sys_exit /pid == TREE/ { @calls[args->id, args->ret < 0 ? args->ret : 0] = count(); }
        """;

    public static IReadOnlyList<Tool> All(Programs programs) =>
    [
        new("untraced", false, arguments => Direct(programs.Loop, arguments)),
        new("empty sys_exit program", false, arguments => WithEmptyProgram(programs, arguments)),
        new("SyscallProbe", false, arguments => WithRecorder(BpfRecorder.Open(), programs, arguments)),
        new("bpftrace, number and errno", false, arguments => WithBpftrace(programs, NumberAndErrno, arguments)),
        new(SameKeysName, false, arguments => WithBpftrace(programs, SameKeys, arguments)),
        new("perf trace -s", true, arguments => Direct("perf", ["trace", "-s", "-o", "/dev/null", programs.Loop, .. arguments])),
        new("SyscallProbe, ptrace", true, arguments => WithRecorder(PtraceRecorder.Open(), programs, arguments)),
        new("strace -f -c", true, arguments => Direct("strace", ["-f", "-c", "-o", "/dev/null", programs.Loop, .. arguments])),
        new("strace -f", true, arguments => Direct("strace", ["-f", "-o", "/dev/null", programs.Loop, .. arguments])),
        new("strace -f --seccomp-bpf", true, arguments =>
            Direct("strace", ["-f", "--seccomp-bpf", "-e", $"trace={s_withArguments}", "-o", "/dev/null", programs.Loop, .. arguments])),
    ];

    static Cost Direct(string program, string[] arguments)
    {
        using var process = Start(program, arguments);
        return Number(process.StandardOutput.ReadToEnd());
    }

    static Cost WithEmptyProgram(Programs programs, string[] arguments)
    {
        var types = BtfTypes.Parse(File.ReadAllBytes(BtfTypes.KernelPath));
        var code = new Assembler();
        code.Move(Register.R0, 0);
        code.Exit();
        using var program = BpfProgram.Load("empty", types.TracepointId("sys_exit")!.Value, code.Assemble());
        using var link = program.Attach("sys_exit");
        return Launched(programs, arguments, _ => { });
    }

    static Cost WithRecorder(IRecorder opened, Programs programs, string[] arguments)
    {
        using var recorder = opened;
        var result = Launched(programs, arguments, recorder.Follow);
        var calls = recorder.Read();
        if (calls.Lost != 0 || calls.Events < ulong.Parse(arguments[1], CultureInfo.InvariantCulture)) throw new InvalidOperationException("the recorder missed calls");
        return result;
    }

    static Cost WithBpftrace(Programs programs, string script, string[] arguments) => Launched(programs, arguments, pid =>
    {
        s_bpftrace = Start("bpftrace", ["-e", script.Replace("TREE", $"{pid}", StringComparison.Ordinal).Replace("ARGUMENT", Load.Named(arguments[0]).Argument, StringComparison.Ordinal)]);
        string? line;
        while ((line = s_bpftrace.StandardOutput.ReadLine()) != "ready")
        {
            if (line is null) throw new InvalidOperationException($"bpftrace did not attach; it needs 'mount -t debugfs debugfs /sys/kernel/debug': {s_bpftrace.StandardError.ReadToEnd()}");
        }
    }, () =>
    {
        var rest = s_bpftrace!.StandardOutput.ReadToEndAsync();
        do
        {
            // It is deaf to a signal while it attaches.
            using var stop = Start("kill", ["-INT", $"{s_bpftrace.Id}"]);
        }
        while (!s_bpftrace.WaitForExit(500));
        rest.Wait();
        s_bpftrace.Dispose();
    });

    static Process? s_bpftrace;

    // The program waits before its execve until whoever watches it is ready.
    public static Cost Launched(Programs programs, string[] arguments, Action<int> ready, Action? done = null)
    {
        using var process = Start(programs.Launch, ["host", programs.Loop, .. arguments]);
        ready(int.Parse(process.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture));
        process.StandardInput.Write("x");
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEnd();
        done?.Invoke();
        return Number(output);
    }

    static Process Start(string program, string[] arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = program == "bpftrace",
    })!;

    static Cost Number(string output)
    {
        var parts = output.Split(' ');
        return new Cost(double.Parse(parts[0], CultureInfo.InvariantCulture), double.Parse(parts[1], CultureInfo.InvariantCulture));
    }
}
