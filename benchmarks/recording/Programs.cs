using System.Diagnostics;

/// <summary>The C programs, compiled into a folder that is gone at the end.</summary>
sealed class Programs : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("syscallprobe-cost-").FullName;

    public Programs(string root)
    {
        Loop = Compile(Path.Combine(root, "benchmarks", "recording", "loop.c"), "loop");
        Launch = Compile(Path.Combine(root, "tests", "workloads", "launch.c"), "launch");
    }

    /// <summary>Makes calls and says what one took.</summary>
    public string Loop { get; }

    /// <summary>Starts a program that waits before its execve.</summary>
    public string Launch { get; }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    string Compile(string source, string name)
    {
        var output = Path.Combine(_folder, name);
        using var compiler = Process.Start("cc", ["-O2", "-static", "-pthread", "-o", output, source]);
        compiler.WaitForExit();
        return compiler.ExitCode == 0 ? output : throw new InvalidOperationException($"cc could not compile {source}");
    }
}
