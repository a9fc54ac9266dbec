// Runs one workload as the command line does, in a process that a test can send signals to.
// Standard streams are the workload's; what the driver itself has to say goes, a line each, to the file named first:
//   note TEXT | pid N | phase NAME | end EXIT|- SIGNAL|- HEALTHY|- STOPPED INTERRUPTED | failure CODE TEXT
using System.Globalization;
using SyscallProbe;
using SyscallProbe.Recording.Bundle;
using SyscallProbe.Recording.Engines;

var report = args[0];
var plan = new WorkloadPlan { Source = new WorkloadSource.HostRoot() };
var rest = new Queue<string>(args.Skip(1));
var mode = "";
while (rest.TryDequeue(out var option) && option != "--")
{
    plan = option switch
    {
        "--state" => plan with { StateFolder = rest.Dequeue() },
        "--rootfs" => plan with { Source = new WorkloadSource.Rootfs(rest.Dequeue()) },
        "--bundle" => plan with { Source = new WorkloadSource.OciBundle(rest.Dequeue()) },
        "--env" => plan with { Environment = plan.Environment.Add(Variable(rest.Dequeue())) },
        "--user" => plan with { User = rest.Dequeue() },
        "--workdir" => plan with { WorkingDirectory = rest.Dequeue() },
        "--mount" => plan with { Mounts = plan.Mounts.Add(BindMount.Parse(rest.Dequeue(), Environment.CurrentDirectory)) },
        "--net" => plan with { Network = Enum.Parse<WorkloadNetwork>(rest.Dequeue(), true) },
        "--cap-add" => plan with { AddedCapabilities = plan.AddedCapabilities.Add(rest.Dequeue()) },
        "--cap-drop" => plan with { DroppedCapabilities = plan.DroppedCapabilities.Add(rest.Dequeue()) },
        "--privileged" => plan with { IsPrivileged = true },
        "--stdin" => plan with { StdinFile = rest.Dequeue() },
        "--health" => plan with { HealthArgv = CommandWords.Split(rest.Dequeue(), option) },
        "--health-timeout" => plan with { HealthTimeout = Milliseconds(rest.Dequeue()) },
        "--duration" => plan with { Duration = Milliseconds(rest.Dequeue()) },
        "--stop-timeout" => plan with { StopTimeout = Milliseconds(rest.Dequeue()) },
        "--capture" => plan with { CaptureOutput = true },
        "--crash" or "--never-start" => plan,
        _ => throw new ArgumentException(option),
    };
    if (option is "--crash" or "--never-start") mode = option;
}
plan = plan with { Argv = [.. rest] };

try
{
    using var workload = Workload.Create(plan);
    foreach (var note in workload.Notes) Say("note " + note);
    Say($"pid {workload.InitPid}");
    // Nobody catches this one: the process ends by it, without any finally block.
    if (mode == "--crash") new Thread(() => throw new InvalidOperationException("crash on purpose")).Start();
    if (mode != "") Thread.Sleep(Timeout.Infinite);
    workload.Start();
    Say("phase Startup");
    var end = workload.Wait(phase => Say($"phase {phase}"));
    foreach (var note in end.Notes) Say("note " + note);
    if (plan.CaptureOutput) Say($"captured {workload.Output.Length} {workload.ErrorOutput.Length}");
    Say($"end {Text(end.ExitCode)} {Text(end.Signal)} {end.IsHealthy?.ToString() ?? "-"} {end.IsStoppedByUs} {end.IsInterrupted}");
    return end.ExitCode ?? 128 + end.Signal ?? 255;
}
catch (FailureException e)
{
    Say($"failure {e.Failure.Code} {e.Failure.ToString().ReplaceLineEndings(" | ")}");
    return 200;
}

void Say(string line) => File.AppendAllText(report, line + "\n");

static string Text(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "-";

static TimeSpan Milliseconds(string text) => TimeSpan.FromMilliseconds(int.Parse(text, CultureInfo.InvariantCulture));

static KeyValuePair<string, string> Variable(string text) => new(text[..text.IndexOf('=')], text[(text.IndexOf('=') + 1)..]);
