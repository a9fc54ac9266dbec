using System.Diagnostics;
using System.Text.Json.Nodes;
using SyscallProbe.Cli.Output;
using SyscallProbe.Recording.Tests.Workloads;
using SyscallProbe.Traces;
using Trace = SyscallProbe.Traces.Trace;

namespace SyscallProbe.Cli.Tests.Runtime;

/// <summary>The built program under the name that engines start it by, with a settings file of its own; gone after the test.</summary>
sealed class RuntimeLink : IDisposable
{
    public RuntimeLink()
    {
        File.CreateSymbolicLink(Path, System.IO.Path.Combine(AppContext.BaseDirectory, "syscallprobe"));
        File.WriteAllText(Path + ".env", $"# made by a test\nSYSCALLPROBE_TRACES={TraceFolder}\n");
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("syscallprobe-runtime-test-").FullName;

    public string Path => Folder + "/syscallprobe-runtime";

    public string TraceFolder => Folder + "/traces";

    /// <summary>Traces written so far.</summary>
    public IReadOnlyList<Trace> Traces() =>
        Directory.Exists(TraceFolder) ? [.. Directory.GetFiles(TraceFolder, "*.trace.json").Select(path => TraceJson.Read(File.ReadAllBytes(path), path))] : [];

    /// <summary>A bundle with nothing but programs of <c>tests/workloads</c> in it.</summary>
    public string MakeBundle(string workload, params string[] others)
    {
        var bundle = Directory.CreateDirectory($"{Folder}/bundle-{workload}").FullName;
        var rootfs = Directory.CreateDirectory(bundle + "/rootfs").FullName;
        foreach (var name in (string[])[workload, .. others]) File.Copy(Workload.Build(name), $"{rootfs}/{name}");
        Run("runc", ["spec", "--bundle", bundle]).Exit.Should().Be(0);
        var config = JsonNode.Parse(File.ReadAllText(bundle + "/config.json"))!;
        config["process"]!["terminal"] = false;
        config["process"]!["args"] = new JsonArray("/" + workload);
        File.WriteAllText(bundle + "/config.json", config.ToJsonString());
        return bundle;
    }

    /// <summary>Runs a program to its end.</summary>
    public static (int Exit, string Output, string Error) Run(string program, IEnumerable<string> arguments, string? input = null)
    {
        using var process = Start(program, arguments);
        if (input is not null) process.StandardInput.Write(input);
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    public static Process Start(string program, IEnumerable<string> arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
    })!;

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
