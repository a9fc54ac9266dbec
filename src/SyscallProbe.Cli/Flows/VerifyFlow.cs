using System.Collections.Immutable;
using SyscallProbe.Assessment;
using SyscallProbe.Cli.Options;
using SyscallProbe.Cli.Output;
using SyscallProbe.Cli.Upstream;
using SyscallProbe.Matrix;
using SyscallProbe.Recording;
using SyscallProbe.Recording.Engines;
using SyscallProbe.Recording.Sandbox;
using SyscallProbe.Report;
using SyscallProbe.Rules;
using SyscallProbe.Traces;
using SyscallProbe.Verification;

namespace SyscallProbe.Cli.Flows;

/// <summary>From the options to a report that the real sandbox has proved: record under runc, predict, run under runsc, compare.</summary>
static class VerifyFlow
{
    // The log of every call and a slow platform cost a multiple; what takes longer than this has not failed for that.
    const int PatienceFactor = 30;

    static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    public static ExitCode Run(Settings settings, CliHost host)
    {
        var runsc = RunscProgram.Find(settings.TryGet(OptionTable.Runsc, out var given) ? given : null, host);
        var release = GvisorReleases.Known.NameOf(RunscProgram.ReleaseOf(runsc));
        var sandbox = RealSandbox.Find(runsc);
        var network = settings.Get(WorkloadOptions.Net);
        var target = TargetOf(settings, release, sandbox.Platform, network);
        using var planned = WorkloadPlans.Of(settings, host);
        // Under both: what its output is, a pipe or a file, is seen by its calls.
        var plan = planned.Plan with { CaptureOutput = true };
        var conditions = OutputConditions.Of(settings);
        using var result = ResultFile.Open(settings, host);
        using var defects = settings.TryGet(OptionTable.MatrixDefects, out var path) ? ResultFile.Open(path, OptionTable.MatrixDefects.Long, host) : null;

        var recorded = RecordFlow.Run(plan, settings.Get(WorkloadOptions.Recorder), false, settings.Get(WorkloadOptions.Runs), conditions, host).Whole();
        host.Note($"now under {runsc} of {release} on {sandbox.Platform}");
        var limit = RecordFlow.LimitOf(plan, recorded.Time, PatienceFactor, s_patience);
        var run = Once(plan with { Sandbox = sandbox }, conditions, host, limit);
        var report = AssessFlow.Run(recorded.Trace, [target], settings.Trust, CheckFlow.HostFacts(), ScanMode.None, judge: null,
            (predicted, _) => Verifier.Of(predicted, recorded.Trace, TargetModels.Of(target, recorded.Trace.Subjects[0].Arch), run));
        ReportOutput.Write(result, [report], settings, host);
        if (defects is not null)
        {
            Write(defects, release, report.Targets[0].Verification!.Defects);
            defects.Complete();
        }
        result.Complete();
        return ExitCodes.Of(report, settings.FailOn);
    }

    static SandboxRun Once(WorkloadPlan plan, OutputConditions conditions, CliHost host, TimeSpan limit)
    {
        using var log = new StraceLog(BpfRecorder.HostAbi);
        var once = RecordFlow.Drive(plan, log, workload => log.Open(workload.SandboxLog!), conditions, host, withNotes: false, limit).Whole();
        if (once.IsTooLong) host.Warning($"it did not end in the sandbox within {limit.TotalSeconds:0} s and was stopped: whether it works there is not known");
        return new SandboxRun(plan.Sandbox!.Platform, once.IsTooLong ? null : once.Trace.Evidence.Succeeded, log.InOrder, log.Unparsed, once.LastLines);
    }

    // The sandbox decides release, platform and network; of the rest a target may say what it likes.
    static Target TargetOf(Settings settings, string release, string platform, WorkloadNetwork network)
    {
        var targets = settings.TargetsOr("gvisor@" + release);
        if (targets is not [{ Runtime: "gvisor" } target] || target.Release != release)
        {
            throw new FailureException(new Failure(FailureCode.Usage, $"the runsc here is of {release}, and nothing else can be verified", settings.OriginOf(OptionTable.Target).ToString(),
                $"give no target, gvisor@{release}, or another binary with --runsc"));
        }
        var known = GvisorFlags.NamesAt(GvisorReleases.Known.Parse(release));
        foreach (var (flag, value) in (ReadOnlySpan<(string, string)>)[("network", network == WorkloadNetwork.Host ? "host" : "none"), ("platform", platform)])
        {
            if (known.Contains(flag)) target = target with { Configuration = target.Configuration.SetItem(flag, value) };
        }
        return target;
    }

    static void Write(ResultFile to, string release, ImmutableArray<MatrixDefect> defects)
    {
        foreach (var defect in defects)
        {
            to.Writer.Write(JsonText.Line(json =>
            {
                json.WriteString("call", defect.Call);
                json.WriteString("predicted", defect.Predicted);
                json.WriteString("got", defect.Got);
                json.WriteString("release", release);
                json.WriteString("rule", defect.Rule);
            }));
        }
    }
}
