using System.Globalization;
using System.Text;
using System.Text.Json;
using SyscallProbe.Recording.Bundle;
using SyscallProbe.Recording.Host;
using SyscallProbe.Recording.Interop;
using Tmds.Linux;

namespace SyscallProbe.Recording.Engines;

/// <summary>The program runc, or runsc, whose command line is the same, told to work on one container. Needs root.</summary>
/// <remarks>Its arguments are a list that no shell sees, its environment is PATH alone: runc acts on LISTEN_FDS, NOTIFY_SOCKET and others.</remarks>
/// <param name="flags">The runtime's own, before its verb.</param>
sealed class Runc(string path, RunFolder run, IReadOnlyList<string> flags) : ILauncher
{
    static readonly string[] s_environment = [DockerDefaults.Path];

    // The longest that a command takes which does not wait for the workload: delete --force tries for 10 s.
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>Where root's programs are, which the PATH of su(1) leaves out.</summary>
    public const string UsualPath = "/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin";

    /// <summary>The runtime that has the container of a run.</summary>
    /// <param name="runcPath">What it is unless the run names another.</param>
    public static Runc Of(string runcPath, RunFolder run) => run.OtherRuntime is [var other, .. var flags] ? new Runc(other, run, flags) : new Runc(runcPath, run, []);

    /// <summary>Finds runc on a search path.</summary>
    /// <exception cref="FailureException">It is not there; the message says where else it is, or how to install it.</exception>
    public static string Find(string searchPath) =>
        TryFind(searchPath) ?? throw new FailureException(TryFind(UsualPath) is { } elsewhere ? Failures.RuncNotOnPath(elsewhere) : Failures.NoRunc);

    /// <summary>The first runc on a search path, or null.</summary>
    public static string? TryFind(string searchPath) => ProgramPath.Find("runc", searchPath);

    /// <summary>Makes the container; its init waits, not yet having executed the workload. Returns the init's process id.</summary>
    /// <param name="stdio">The workload's standard streams, also those of runc itself meanwhile.</param>
    /// <param name="consoleSocket">Where runc sends the terminal's master side, for a bundle that wants one.</param>
    public int Create(string bundle, (int In, int Out, int Error) stdio, string? consoleSocket)
    {
        Run("create", ["--bundle", bundle, "--pid-file", run.PidFile, .. consoleSocket is null ? (string[])[] : ["--console-socket", consoleSocket], run.Id], stdio);
        return int.Parse(File.ReadAllText(run.PidFile), CultureInfo.InvariantCulture);
    }

    /// <summary>Lets the init execute the workload.</summary>
    public void Start() => RunSilently("start", [run.Id]);

    /// <summary>Starts a command in the running container, with the environment and user of the workload.</summary>
    public ChildProcess Exec(IReadOnlyList<string> argv, (int In, int Out, int Error) stdio) => Spawn("exec", [run.Id, .. argv], stdio);

    public void Resume()
    {
        try
        {
            RunSilently("resume", [run.Id]);
        }
        catch (FailureException)
        {
            // It is not paused.
        }
    }

    /// <summary>Kills what is left of the container and removes its state and cgroup; no error when there is none.</summary>
    public void Delete() => RunSilently("delete", ["--force", run.Id]);

    string Name => flags.Count > 0 ? "runsc " : "runc ";

    void RunSilently(string verb, IReadOnlyList<string> arguments)
    {
        using var none = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite);
        var fd = (int)none.DangerousGetHandle();
        Run(verb, arguments, (fd, fd, fd));
    }

    void Run(string verb, IReadOnlyList<string> arguments, (int, int, int) stdio)
    {
        var logged = File.Exists(run.RuncLog) ? new FileInfo(run.RuncLog).Length : 0;
        using var child = Spawn(verb, arguments, stdio);
        if (!child.WaitForExit(s_patience))
        {
            child.Signal(LibC.SIGKILL);
            child.Reap();
            throw new FailureException(Failures.Runc(Name + verb, $"no answer within {s_patience.TotalSeconds} s"));
        }
        if (!child.Reap().IsSuccess) throw new FailureException(Failures.Runc(Name + verb, ErrorSince(logged) ?? EndOf(child.Status)));
    }

    static string EndOf(ExitStatus? status) => status is { Signal: { } signal } ? $"it was ended by signal {signal}" : $"it ended with exit code {status?.ExitCode}";

    ChildProcess Spawn(string verb, IReadOnlyList<string> arguments, (int, int, int) stdio)
    {
        try
        {
            return ChildProcess.Start(path, ["--root", run.RuncRoot, "--log", run.RuncLog, "--log-format", "json", .. flags, verb, .. arguments], s_environment, stdio);
        }
        catch (KernelCallException e)
        {
            throw new FailureException(Failures.Runc(Name + verb, e.Message), e);
        }
    }

    /// <summary>The last message of level error or fatal behind a place in runc's log, without runc's own "runc create failed: " in front.</summary>
    string? ErrorSince(long offsetBytes)
    {
        if (!File.Exists(run.RuncLog)) return null;
        var text = File.ReadAllBytes(run.RuncLog).AsSpan((int)offsetBytes);
        foreach (var line in Encoding.UTF8.GetString(text).Split('\n', StringSplitOptions.RemoveEmptyEntries).Reverse())
        {
            try
            {
                using var entry = JsonDocument.Parse(line);
                if (entry.RootElement.GetProperty("level").GetString() is not ("error" or "fatal")) continue;
                var message = entry.RootElement.GetProperty("msg").GetString() ?? "";
                var ownPrefix = message.IndexOf(" failed: ", StringComparison.Ordinal);
                return message.StartsWith("runc ", StringComparison.Ordinal) && ownPrefix > 0 ? message[(ownPrefix + " failed: ".Length)..] : message;
            }
            catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
            {
                // A line cut short; the one before may say it.
            }
        }
        return null;
    }
}
