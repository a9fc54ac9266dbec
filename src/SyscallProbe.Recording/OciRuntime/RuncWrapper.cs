using System.Text;
using SyscallProbe.Recording.Bundle;
using SyscallProbe.Recording.Engines;
using SyscallProbe.Recording.Host;
using SyscallProbe.Recording.Interop;
using Tmds.Linux;

namespace SyscallProbe.Recording.OciRuntime;

/// <summary>A command line of runc that records the containers which it makes.</summary>
/// <remarks>
/// This process becomes runc, with the very words it was given: exit code, output, signals and descriptors are runc's own. Before that <c>create</c>
/// starts a recorder, which gets ready while runc works; <c>start</c> waits until it is; <c>run</c> does both; <c>delete</c> waits until the trace is written.
/// Whatever goes wrong in that, runc is executed.
/// </remarks>
public static class RuncWrapper
{
    /// <summary>Stands in the place of a command of runc where the process is to be a recorder; runc has no flag of this name.</summary>
    public const string RecorderSwitch = "--syscallprobe-recorder";

    // A recorder takes some 0.1 s to be ready and to write; a node under load more. The container must run, recorded or not.
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <summary>Does what there is to do for the command and becomes runc.</summary>
    /// <param name="arguments">As runc is to get them.</param>
    /// <param name="runcPath">Absolute, or null for the one on PATH.</param>
    /// <param name="traces">The folder that traces are written to.</param>
    /// <returns>Why runc could not be executed; else it does not return.</returns>
    public static Failure Run(IReadOnlyList<byte[]> arguments, string? runcPath, string traces)
    {
        var line = RuncCommandLine.Parse([.. arguments.Select(Encoding.UTF8.GetString)], Environment.CurrentDirectory);
        try
        {
            Prepare(line, traces);
        }
        catch (Exception e)
        {
            new RuntimeLog(line.Log, line.IsLogJson).Warn($"container {line.Id} is not recorded: {e.Message}");
        }
        runcPath ??= Runc.TryFind(Environment.GetEnvironmentVariable("PATH") ?? "") ?? Runc.TryFind(Runc.UsualPath);
        if (runcPath is null) return Failures.NoRunc;
        if ((File.ResolveLinkTarget(runcPath, returnFinalTarget: true)?.FullName ?? runcPath) == Environment.ProcessPath) return Failures.RuncIsOurs(runcPath);
        return Failures.NotExecuted(runcPath, OwnProcess.Become(runcPath, arguments));
    }

    /// <summary>Is the recorder that <see cref="Run"/> has started.</summary>
    /// <param name="words">What stands behind <see cref="RecorderSwitch"/>.</param>
    public static void Record(IReadOnlyList<string> words)
    {
        using var recorder = new ContainerRecorder(RecorderTask.Parse(words));
        recorder.Run();
    }

    static void Prepare(RuncCommandLine line, string traces)
    {
        if (!ContainerFolder.IsId(line.Id)) return;
        var folder = new ContainerFolder(line.Root, line.Id);
        switch (line.Command)
        {
            case "create":
                StartRecorder(line, folder, traces);
                break;
            case "run":
                StartRecorder(line, folder, traces);
                folder.AwaitGate(s_patience);
                break;
            case "start":
                folder.AwaitGate(s_patience);
                break;
            case "exec":
                folder.NoteExecution();
                break;
            case "kill":
                folder.NoteStop();
                break;
            case "delete":
                AwaitTrace(line, folder, traces);
                break;
        }
    }

    static void StartRecorder(RuncCommandLine line, ContainerFolder folder, string traces)
    {
        // One of that name is there, and runc will say so; or its recorder is about to end.
        var end = folder.AwaitEnd(RuncState.Read(line.Root, line.Id) is null ? s_patience : TimeSpan.Zero);
        if (end == RecorderEnd.None || folder.Make() is not var (gate, alive)) return;
        using (gate)
        using (alive)
        {
            var runc = KernelCall.PidfdOpen(Environment.ProcessId);
            var task = new RecorderTask(line.Command == "run", Environment.ProcessId, line.Root, line.Id, line.Bundle, traces, new RuntimeLog(line.Log, line.IsLogJson));
            ChildProcess.Start(
                Environment.ProcessPath!, ["runtime", RecorderSwitch, .. task.ToWords()], [DockerDefaults.Path], (gate.Fd, alive.Fd, runc), ownSession: true,
                OwnProcess.InheritableDescriptors()).Dispose();
            LibC.close(runc);
        }
    }

    static void AwaitTrace(RuncCommandLine line, ContainerFolder folder, string traces)
    {
        var state = RuncState.Read(line.Root, line.Id);
        if (folder.AwaitEnd(state is { IsRunning: true } ? TimeSpan.Zero : s_patience) != RecorderEnd.Abandoned) return;
        ContainerTrace.Write(ContainerTrace.Of(ContainerTrace.ReadBundle(state?.Bundle), null, null, folder.IsStopped, false, ["not recorded: the recorder was killed before the container ended"]), traces, line.Id);
        folder.Remove();
    }
}
