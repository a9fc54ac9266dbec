using SyscallProbe.Cli.Flows;
using SyscallProbe.Cli.Options;
using SyscallProbe.Report;

namespace SyscallProbe.Cli.Verbs;

/// <summary><c>check -- CMD</c>: the main job.</summary>
sealed class CheckVerb : Verb
{
    public override string Name => "check";

    public override string Summary => "say whether a command will run in a sandbox";

    public override string Details =>
        "Runs the command under the real runc, records every syscall from its first instruction on, predicts what each target does with each of them, and recommends one runtime: "
        + "the verdict, what exactly breaks, how sure that is, and what to do.\n\n"
        + "A server needs --health to show that it worked: without a health check or an exit status of 0 no verdict is positive. "
        + "What the command prints to standard output goes to standard error, unless --output takes the report.";

    public override IReadOnlyList<string> Examples =>
    [
        "check -- python3 -c 'print(1)'",
        "check --image redis.tar --health 'redis-cli ping'",
        "check --rehearse --target gvisor -- sort /etc/passwd",
    ];

    public override IReadOnlyList<OptionSpec> Options =>
        [OptionTable.Target, .. WorkloadOptions.Running, .. WorkloadOptions.Rows, WorkloadOptions.Stacks, WorkloadOptions.Rehearse, WorkloadOptions.Scan, OptionTable.Pod, OptionTable.Policy, OptionTable.Baseline, OptionTable.Trust, OptionTable.FailOn, OptionTable.Format, OptionTable.Output, OptionTable.ShowWaived, WorkloadOptions.TraceOut];

    public override IReadOnlyList<string> Formats => ReportFormats.Names;

    public override bool TakesWorkload => true;

    public override ExitCode Run(Settings settings, CliHost host) => CheckFlow.Run(settings, host, rehearses: settings.Has(WorkloadOptions.Rehearse));
}
