using System.Collections.Immutable;
using SyscallProbe.Recording.Engines;
using SyscallProbe.Recording.Host;

namespace SyscallProbe.Recording.Sandbox;

/// <summary>A runsc that a workload runs under in the place of runc; it logs every call.</summary>
/// <param name="Path">The binary, absolute.</param>
/// <param name="Platform">One of <see cref="Platforms"/> that works here.</param>
public sealed record RealSandbox(string Path, string Platform)
{
    /// <summary>What runsc can run on, the fastest first; a release refuses those that it does not have.</summary>
    public static ImmutableArray<string> Platforms { get; } = ["systrap", "kvm", "ptrace"];

    // It takes 0.2 s on an idle machine. With a /dev/kvm that is there and does not work runsc hangs for ever; the last one need not make room for another.
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5), s_lastPatience = TimeSpan.FromSeconds(60);

    /// <summary>Where a program is on a search path or where root's programs are; null when it is nowhere.</summary>
    public static string? Locate(string program, string searchPath) =>
        $"{searchPath}:{Runc.UsualPath}".Split(':').Where(System.IO.Path.IsPathRooted).Select(folder => System.IO.Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <summary>Finds the first platform with which an empty container runs. Needs root; costs about a second for each that is tried.</summary>
    /// <exception cref="FailureException">The tool is not root, or none works (<see cref="FailureCode.MissingProgram"/>); says what runsc said.</exception>
    public static RealSandbox Find(string path)
    {
        if (!Environment.IsPrivilegedProcess) throw new FailureException(Failures.NotRoot);
        var said = "";
        foreach (var platform in Platforms)
        {
            if (Refusal(path, platform, platform == Platforms[^1] ? s_lastPatience : s_patience) is not { } errors) return new RealSandbox(path, platform);
            said = errors;
        }
        throw new FailureException(Failures.NoPlatform(path, said));
    }

    /// <summary>Its own flags, before the verb.</summary>
    /// <param name="logFolder">Gets a log for each of its processes; the one of boot has the calls.</param>
    /// <remarks>
    /// Cgroups are left alone: runsc of before 2023 knows those of version 1 alone, and limits are nothing that is compared. The log has no data of reads and writes, only
    /// names and numbers (0 would mean runsc's default, runsc/boot/strace.go at release-20221219.0).
    /// </remarks>
    internal ImmutableArray<string> Flags(WorkloadNetwork network, string logFolder) =>
    [
        $"--platform={Platform}", network == WorkloadNetwork.Host ? "--network=host" : "--network=none", "--ignore-cgroups", $"--debug-log={logFolder}/", "--strace", "--strace-log-size=1",
    ];

    /// <summary>Runs an empty container on a platform and removes all of it. Needs root; costs about a second, or all of the patience where runsc hangs.</summary>
    /// <returns>What runsc said; null where the container ran.</returns>
    public static string? Refusal(string path, string platform, TimeSpan patience)
    {
        var state = Directory.CreateTempSubdirectory("syscallprobe-platform-").FullName;
        try
        {
            var run = ProgramRun.Of(path, ["--root", state, $"--platform={platform}", "--network=none", "--ignore-cgroups", "do", "true"], patience);
            return run is null ? $"no answer within {patience.TotalSeconds} s" : run.ExitCode == 0 ? null : run.Errors;
        }
        catch (System.ComponentModel.Win32Exception wrong)
        {
            return wrong.Message;
        }
        finally
        {
            Directory.Delete(state, recursive: true);
        }
    }
}
