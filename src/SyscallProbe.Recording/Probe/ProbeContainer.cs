using System.Runtime.InteropServices;
using System.Text.Json;
using SyscallProbe.Recording.Bundle;
using SyscallProbe.Recording.Engines;
using SyscallProbe.Recording.Host;

namespace SyscallProbe.Recording.Probe;

/// <summary>Makes calls in containers of a real runtime: a root file system with nothing but the probe, Docker's defaults, no seccomp profile, no network but the loopback.</summary>
/// <remarks>Needs root. All of it is in one temporary folder, which is gone after <see cref="Dispose"/>. Not thread-safe.</remarks>
public sealed class ProbeContainer : IDisposable
{
    static readonly TimeSpan s_limit = TimeSpan.FromMinutes(10);

    readonly string _folder = Directory.CreateTempSubdirectory("syscallprobe-probe-").FullName;
    readonly string _program;

    /// <summary>Compiles the probe.</summary>
    /// <exception cref="FailureException">The tool is not root, or there is no C compiler.</exception>
    public ProbeContainer()
    {
        if (!Environment.IsPrivilegedProcess) throw new FailureException(Failures.NotRoot);
        _program = Path.Combine(_folder, "probe");
        try
        {
            ProbeProgram.Compile(_program);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Capabilities of this process, a mask: runc can give no others, runsc can, since its are those of a kernel of its own.</summary>
    public static ulong HeldCapabilities => HostFacts.Read(withDevices: false).Capabilities;

    /// <summary>Where the runc on PATH is, or null.</summary>
    public static string? FindRunc(string searchPath) => Runc.TryFind(searchPath);

    /// <summary>Runs cases in one container from its start to its end, which takes a second or two and some milliseconds a case.</summary>
    /// <param name="runtime">runc or runsc: both have the same command line for this.</param>
    /// <param name="flags">The runtime's own, before its verb.</param>
    /// <param name="cases">Lines for <c>probe.c</c>.</param>
    /// <param name="capabilities">What the container has, a mask; for runc none but <see cref="HeldCapabilities"/>.</param>
    /// <returns>What the probe printed: a line for each case that it came to.</returns>
    /// <exception cref="FailureException">The container could not be started, did not end, or the tool was interrupted.</exception>
    public string Run(string runtime, IReadOnlyList<string> flags, IEnumerable<string> cases, ulong capabilities)
    {
        var id = $"syscallprobe-{Guid.NewGuid():N}"[..25];
        var bundle = Path.Combine(_folder, id);
        var cgroup = $"/syscallprobe/{id}";
        try
        {
            MakeBundle(bundle, cgroup, cases, capabilities, flags.Contains("--network=host"));
            string[] global = ["--root", Path.Combine(bundle, "state"), .. flags];
            var (output, errors, code) = Execute(runtime, [.. global, "run", "--bundle", bundle, id], () => Execute(runtime, [.. global, "delete", "--force", id], null));
            // Lines before a crash of the sandbox itself are worth having; without any, it never came to the probe.
            return code == 0 || output.Length > 0 ? output : throw new FailureException(Failures.ProbeNotRun(runtime, errors));
        }
        finally
        {
            CgroupFolders.Remove(cgroup);
            CgroupFolders.RemoveIfEmpty("/syscallprobe");
            if (Directory.Exists(bundle)) Directory.Delete(bundle, true);
        }
    }

    void MakeBundle(string bundle, string cgroup, IEnumerable<string> cases, ulong capabilities, bool hostNetwork)
    {
        var root = Path.Combine(bundle, "root");
        // What recipes of data/probe/ name.
        foreach (var folder in (string[])["proc", "sys", "dev", "tmp", "probe/dir", "probe/mount"]) Directory.CreateDirectory(Path.Combine(root, folder));
        File.Copy(_program, Path.Combine(root, "probe/probe"));
        File.WriteAllBytes(Path.Combine(root, "probe/file"), new byte[8192]);
        File.WriteAllLines(Path.Combine(root, "probe/cases"), cases);
        var plan = new WorkloadPlan
        {
            Source = new WorkloadSource.Rootfs(root),
            Argv = ["/probe/probe", "/probe/cases"],
            AddedCapabilities = [.. NamesOf(capabilities & ~Capabilities.DockerDefault)],
            // A runtime that uses the host's network is given it; all calls on it stay on the loopback.
            Network = hostNetwork ? WorkloadNetwork.Host : WorkloadNetwork.None,
            DroppedCapabilities = [.. NamesOf(Capabilities.DockerDefault & ~capabilities)],
        };
        var input = new SpecInput(root, cgroup, "syscallprobe", "/", new OciUser(0, 0), [DockerDefaults.Path], [], [], HostFacts.Read(withDevices: false) with { Capabilities = Capabilities.All });
        using var file = File.Create(Path.Combine(bundle, "config.json"));
        JsonSerializer.Serialize(file, SpecBuilder.Build(plan, input), OciJson.Default.OciSpec);
    }

    static IEnumerable<string> NamesOf(ulong mask) => Enumerable.Range(0, 64).Where(bit => (mask >> bit & 1) != 0).Select(Capabilities.NameOf);

    static (string Output, string Errors, int Code) Execute(string program, IReadOnlyList<string> arguments, Action? stop)
    {
        using var interrupted = new CancellationTokenSource();
        void Interrupt(PosixSignalContext context)
        {
            context.Cancel = true;
            interrupted.Cancel();
        }
        using var onInt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
        using var onTerm = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
        try
        {
            return ProgramRun.Of(program, arguments, s_limit, interrupted.Token, stop) is { } run
                ? (run.OutputText, run.Errors, run.ExitCode)
                : throw new FailureException(interrupted.IsCancellationRequested ? Failures.Interrupted : Failures.ProbeNotRun(program, $"it did not end within {s_limit.TotalMinutes} min"));
        }
        catch (System.ComponentModel.Win32Exception wrong)
        {
            throw new FailureException(Failures.ProbeNotRun(program, wrong.Message), wrong);
        }
    }

    public void Dispose() => Directory.Delete(_folder, true);
}
