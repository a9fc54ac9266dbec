using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using SyscallProbe.Recording.Host;
using SyscallProbe.Tests;
using Tmds.Linux;

namespace SyscallProbe.Recording.Tests.Engines;

/// <summary>A state folder of a test's own, and what must be gone with it.</summary>
sealed class StateFolder : IDisposable
{
    public string Path { get; } = "/run/syscallprobe-test-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));

    string Name => System.IO.Path.GetFileName(Path);

    /// <summary>What is left of any run, a line each: folders, cgroups, mounts in any namespace.</summary>
    public IReadOnlyList<string> Left()
    {
        var left = new List<string>();
        if (Directory.Exists(Path)) left.AddRange([Path, .. Directory.GetFileSystemEntries(Path)]);
        left.AddRange(MountPoint.ParseAll(File.ReadAllText("/proc/self/mountinfo"))
            .Where(mount => mount.FileSystem is "cgroup" or "cgroup2").Select(mount => $"{mount.Path}/{Name}").Where(Directory.Exists));
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(entry => char.IsAsciiDigit(System.IO.Path.GetFileName(entry)[0])))
        {
            try
            {
                left.AddRange(File.ReadLines(process + "/mountinfo").Where(line => line.Contains(Name)).Select(line => $"{process}: {line}"));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It has ended.
            }
        }
        return left;
    }

    public void Dispose()
    {
        // A test that fails must leave no container either: the driver's next start removes it.
        if (Directory.Exists(Path)) DriverRun.Start(this, "--", "true").Finish();
    }
}

/// <summary>The program of <c>tests/SyscallProbe.WorkloadDriver</c>, running one workload.</summary>
sealed class DriverRun
{
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    readonly Process _process;
    readonly string _report;
    readonly Task<string> _output, _error;

    DriverRun(Process process, string report)
    {
        _process = process;
        _report = report;
        _output = process.StandardOutput.ReadToEndAsync();
        _error = process.StandardError.ReadToEndAsync();
    }

    public int DriverPid => _process.Id;

    public string Output => _output.Result;

    public string Error => _error.Result;

    public int ExitCode => _process.ExitCode;

    /// <summary>What the driver reported so far.</summary>
    public string[] Report => File.Exists(_report) ? File.ReadAllLines(_report) : [];

    /// <summary>The line that begins with some words, without them; waits for it.</summary>
    public string WaitFor(string words)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < s_patience)
        {
            var ended = _process.HasExited;
            if (Report.FirstOrDefault(line => (line + " ").StartsWith(words + " ", StringComparison.Ordinal)) is { } line) return line[words.Length..].TrimStart();
            if (ended) break;
            Thread.Sleep(10);
        }
        throw new InvalidOperationException($"no line '{words}' from the driver:\n{string.Join('\n', Report)}\n{(_process.HasExited ? Error : "")}");
    }

    public int InitPid => int.Parse(WaitFor("pid"), CultureInfo.InvariantCulture);

    /// <summary>How the workload ended: exit status, signal, healthy, stopped by us, interrupted.</summary>
    public string End => WaitFor("end");

    /// <param name="options">The driver's, then <c>--</c> and the command.</param>
    public static DriverRun Start(StateFolder state, params string[] options) => Start(state, null, options);

    /// <summary>Starts it below script(1), which gives it a terminal whose other side are the streams of this object.</summary>
    /// <param name="shell">A shell's text around the driver's command, which takes the place of <c>{0}</c>.</param>
    public static DriverRun StartInTerminal(StateFolder state, string shell, params string[] options) => Start(state, start =>
    {
        var command = string.Join(' ', start.ArgumentList.Prepend(start.FileName).Select(word => $"'{word.Replace("'", "'\\''")}'"));
        start.FileName = "script";
        start.ArgumentList.Clear();
        foreach (var word in (string[])["-qec", string.Format(CultureInfo.InvariantCulture, shell, command), "/dev/null"]) start.ArgumentList.Add(word);
    }, options);

    /// <param name="change">Changes the way the driver is started.</param>
    public static DriverRun Start(StateFolder state, Action<ProcessStartInfo>? change, params string[] options)
    {
        const string name = "SyscallProbe.WorkloadDriver";
        // Beside the tests' own output: bin/CONFIGURATION/FRAMEWORK.
        var output = Path.GetRelativePath(Repo.PathOf("tests", "SyscallProbe.Recording.Tests"), AppContext.BaseDirectory);
        var report = Path.GetTempFileName();
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileName(host) == "dotnet" ? host : "dotnet",
            [Repo.PathOf("tests", name, output, name + ".dll"), report, "--state", state.Path, .. options])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        change?.Invoke(start);
        return new DriverRun(Process.Start(start)!, report);
    }

    /// <summary>Gives the workload its standard input, and the end of it.</summary>
    public DriverRun Input(string text)
    {
        _process.StandardInput.Write(text);
        _process.StandardInput.Close();
        return this;
    }

    public void Signal(int signal) => LibC.kill(_process.Id, signal);

    /// <summary>Waits for the driver's end.</summary>
    public DriverRun Finish()
    {
        if (_process.StartInfo.RedirectStandardInput) _process.StandardInput.Close();
        if (!_process.WaitForExit(s_patience))
        {
            _process.Kill();
            throw new TimeoutException($"the driver did not end:\n{string.Join('\n', Report)}");
        }
        return this;
    }
}
