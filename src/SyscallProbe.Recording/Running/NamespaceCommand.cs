using System.Globalization;
using System.Text;
using SyscallProbe.Recording.Bundle;
using SyscallProbe.Recording.Engines;
using SyscallProbe.Recording.Host;
using SyscallProbe.Recording.Interop;
using Tmds.Linux;

namespace SyscallProbe.Recording.Running;

/// <summary>Runs commands beside a workload that runs, in its namespaces, root folder and working directory, with its environment and user: by nsenter(1) of util-linux.</summary>
sealed class NamespaceCommand : ILauncher
{
    readonly int _pid;
    readonly string _nsenter;
    int _last;

    /// <exception cref="FailureException">This user may not enter, or nsenter is missing.</exception>
    public NamespaceCommand(int pid)
    {
        if (LibC.geteuid() != 0) throw new FailureException(Failures.HealthNeedsRoot);
        _pid = pid;
        _nsenter = ProgramPath.Find("nsenter", $"{Environment.GetEnvironmentVariable("PATH")}:{Runc.UsualPath}") ?? throw new FailureException(Failures.NoNsenter);
    }

    /// <summary>Nothing: it runs already.</summary>
    public void Start()
    {
    }

    /// <summary>Nothing: whoever has paused it lets it go on.</summary>
    public void Resume()
    {
    }

    public ChildProcess Exec(IReadOnlyList<string> argv, (int In, int Out, int Error) stdio)
    {
        try
        {
            var child = ChildProcess.Start(_nsenter, [.. Options(), "--", .. argv], Variables(), stdio);
            _last = child.Pid;
            return child;
        }
        catch (KernelCallException e)
        {
            throw new FailureException(Failures.CommandFailed(argv[0], e.Message), e);
        }
    }

    /// <summary>Kills what the last command has left in its process group. Not the workload, which is in another.</summary>
    public void Delete()
    {
        if (_last != 0) LibC.kill(-_last, LibC.SIGKILL);
    }

    IEnumerable<string> Options()
    {
        List<string> options = ["--target", _pid.ToString(CultureInfo.InvariantCulture), "--all", "--root", "--wd"];
        // In a user namespace of its own nsenter becomes that one's root by itself.
        if (SharesUsers() && ProcessStatus.OwnerOf(_pid) is { } owner && owner.User != 0)
        {
            options.AddRange(["--setuid", owner.User.ToString(CultureInfo.InvariantCulture), "--setgid", owner.Group.ToString(CultureInfo.InvariantCulture)]);
        }
        return options;
    }

    List<string> Variables()
    {
        try
        {
            List<string> variables = [.. Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{_pid}/environ")).Split('\0', StringSplitOptions.RemoveEmptyEntries)];
            if (!variables.Any(variable => variable.StartsWith("PATH=", StringComparison.Ordinal))) variables.Add(DockerDefaults.Path);
            return variables;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [DockerDefaults.Path]; // it has ended: nsenter says so
        }
    }

    bool SharesUsers()
    {
        try
        {
            return new FileInfo($"/proc/{_pid}/ns/user").LinkTarget == new FileInfo("/proc/self/ns/user").LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }
}
