using System.Diagnostics;
using System.Text;
using SyscallProbe.Traces;

namespace SyscallProbe.Cli.Tests.Runtime;

/// <summary>The built program as it records something that runs.</summary>
sealed class RunningTool : IDisposable
{
    readonly StringBuilder _error = new();
    readonly string? _output;
    readonly Process _process;

    /// <param name="waits">Whether to wait until it records.</param>
    public RunningTool(string[] arguments, Dictionary<string, string>? environment = null, bool waits = true)
    {
        var at = Array.IndexOf(arguments, "-o");
        _output = at < 0 ? null : arguments[at + 1];
        var start = new ProcessStartInfo(AppContext.BaseDirectory + "/syscallprobe", arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var (name, value) in environment ?? []) start.Environment[name] = value;
        _process = Process.Start(start)!;
        while (waits && _process.StandardError.ReadLine() is { } line)
        {
            _error.AppendLine(line);
            if (line.StartsWith("syscallprobe: note: recording process ", StringComparison.Ordinal)) return;
        }
        if (waits) Assert.Fail(Error);
    }

    public string Error => _error.ToString();

    /// <summary>Sends a signal: <c>INT</c>, <c>KILL</c>.</summary>
    public void Signal(string name) => RuntimeLink.Run("kill", ["-" + name, $"{_process.Id}"]).Exit.Should().Be(0);

    /// <summary>Waits for its end; the exit code.</summary>
    public int End()
    {
        _error.Append(_process.StandardError.ReadToEnd());
        _process.WaitForExit();
        return _process.ExitCode;
    }

    /// <summary>The trace that it wrote: to <c>-o</c>, or to another file in the same folder.</summary>
    public SyscallProbe.Traces.Trace Trace(string? name = null)
    {
        var path = name is null ? _output! : Path.Combine(Path.GetDirectoryName(_output)!, name);
        return TraceJson.Read(File.ReadAllBytes(path), path);
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }
}
