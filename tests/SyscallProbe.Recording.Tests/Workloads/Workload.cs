using System.Collections.Concurrent;
using System.Diagnostics;
using SyscallProbe.Tests;

namespace SyscallProbe.Recording.Tests.Workloads;

/// <summary>A program of <c>tests/workloads</c>, compiled once a run.</summary>
static class Workload
{
    static readonly string s_folder = Directory.CreateTempSubdirectory("syscallprobe-workloads-").FullName;
    static readonly ConcurrentDictionary<string, Lazy<string>> s_built = new();

    static Workload() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(s_folder, recursive: true);

    /// <summary>The path of the program made from <c>NAME.c</c>.</summary>
    public static string Build(string name) => s_built.GetOrAdd(name, key => new Lazy<string>(() => Compile(key))).Value;

    /// <summary>Compiles a C file of any place; returns the compiler's complaints, empty when it has none.</summary>
    public static string TryCompile(string source, string output, params string[] options)
    {
        var start = new ProcessStartInfo("cc", ["-Wall", "-Wextra", "-Werror", "-Wno-unused-parameter", .. options, "-o", output, source]) { RedirectStandardError = true };
        using var compiler = Process.Start(start)!;
        var complaints = compiler.StandardError.ReadToEnd();
        compiler.WaitForExit();
        return compiler.ExitCode == 0 ? "" : $"cc exited with {compiler.ExitCode}: {complaints}";
    }

    static string Compile(string name)
    {
        var source = Repo.PathOf("tests", "workloads", name + ".c");
        var output = Path.Combine(s_folder, name);
        string[] options = File.ReadAllText(source).Contains("#include \"workload.h\"", StringComparison.Ordinal)
            ? ["-O1", "-static", "-nostdlib", "-ffreestanding", "-fno-stack-protector", "-fno-tree-loop-distribute-patterns"]
            : ["-O1", "-static", "-pthread"];
        var complaints = TryCompile(source, output, options);
        return complaints.Length == 0 ? output : throw new InvalidOperationException($"{source}: {complaints}");
    }
}
