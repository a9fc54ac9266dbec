using System.Text;
using SyscallProbe.Doctor;
using SyscallProbe.Matrix;
using SyscallProbe.Matrix.Upstream;
using SyscallProbe.Recording.Host;
using SyscallProbe.Recording.Sandbox;

namespace SyscallProbe.Cli.Upstream;

/// <summary>Asks a runsc for its own syscall table.</summary>
static class RunscProgram
{
    // It prints a table that is compiled in; a program that takes longer is something else.
    static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    // The first is how every release so far is asked (runsc/cli); JSON first, because its notes are not pasted together.
    static readonly string[][] s_spellings =
        [["help", "syscalls", "-format=json"], ["syscalls", "-format=json"], ["help", "syscalls", "-format=csv"], ["syscalls", "-format=csv"]];

    /// <summary>What the program prints, in the first form that it knows.</summary>
    /// <exception cref="FailureException">There is no such program, or it prints no syscall table.</exception>
    public static byte[] Table(string path)
    {
        foreach (var arguments in s_spellings)
        {
            if (Output(path, arguments) is { } output && RunscTable.HasForm(output)) return output;
        }
        throw new FailureException(new Failure(FailureCode.BadInput, $"'{path}' prints no syscall table",
            string.Join("; ", s_spellings.Select(arguments => string.Join(' ', arguments))), "name a runsc binary"));
    }

    /// <summary>The release that the program says it is of: <c>release-20221219.0</c>, also where a distribution writes <c>0.0~20221219.0</c>.</summary>
    /// <exception cref="FailureException">There is no such program, it names no release (<see cref="FailureCode.BadInput"/>), or one that is not known.</exception>
    public static Release ReleaseOf(string path)
    {
        var text = Encoding.UTF8.GetString(Output(path, ["--version"]) ?? []);
        return RunscVersion.Parse(text)?.Tag is { } tag
            ? GvisorReleases.Known.Parse(tag, $"{path} --version")
            : throw new FailureException(new Failure(FailureCode.BadInput, $"'{path}' does not say which release it is of", $"{path} --version", "name a runsc binary of a release"));
    }

    /// <summary>The absolute path of the program: as given, a bare name or nothing looked for on PATH and where root's programs are.</summary>
    /// <exception cref="FailureException">There is none (<see cref="FailureCode.MissingProgram"/>).</exception>
    public static string Find(string? given, CliHost host)
    {
        var name = given ?? "runsc";
        var path = name.Contains('/') ? Path.GetFullPath(name, host.WorkingDirectory) : RealSandbox.Locate(name, host.Environment.GetValueOrDefault("PATH", ""));
        return path is not null && File.Exists(path) ? path : throw new FailureException(new Failure(FailureCode.MissingProgram, $"there is no '{name}', under which the workload would run",
            "--runsc", "name a runsc binary; on Debian: apt-get install runsc"));
    }

    static byte[]? Output(string path, string[] arguments)
    {
        try
        {
            return ProgramRun.Of(path, arguments, s_limit) is { ExitCode: 0 } run ? run.Output : null;
        }
        catch (System.ComponentModel.Win32Exception wrong)
        {
            throw new FailureException(new Failure(FailureCode.MissingProgram, $"cannot start '{path}': {wrong.Message}", "--runsc", "name a runsc binary; on Debian: apt-get install runsc"), wrong);
        }
    }
}
