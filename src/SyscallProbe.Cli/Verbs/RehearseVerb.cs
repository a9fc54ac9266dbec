using SyscallProbe.Cli.Flows;
using SyscallProbe.Cli.Options;
using SyscallProbe.Report;

namespace SyscallProbe.Cli.Verbs;

/// <summary><c>rehearse -- CMD</c>.</summary>
sealed class RehearseVerb : Verb
{
    public override string Name => "rehearse";

    public override string Summary => "run a command with a sandbox's outcomes enforced";

    public override string Details =>
        "Does what check --rehearse does: records the command under runc, then runs it again while the kernel gives it each target's outcomes: the same errnos for the same calls, paths hidden, "
        + "silent no-ops faked, capabilities taken away. Where it breaks, parts are tried until it is known which findings break it; where it does not, they are harmless.\n\n"
        + "What cannot be enforced, as a call that works in another way, is listed, and its prediction stands. With --runs N each question is asked N times. "
        + "A single outcome is forced for an experiment by outcome:SYSCALL=ERRNO in the target.";

    public override IReadOnlyList<string> Examples =>
    [
        "rehearse --target gvisor@release-20221219.0 -- python3 server.py",
        "rehearse --target gvisor,outcome:clone3=EPERM -- node server.js",
    ];

    public override IReadOnlyList<OptionSpec> Options =>
        [OptionTable.Target, .. WorkloadOptions.Rows, WorkloadOptions.Scan, OptionTable.Policy, OptionTable.Baseline, OptionTable.Trust, OptionTable.FailOn, OptionTable.Format, OptionTable.Output, OptionTable.ShowWaived, WorkloadOptions.TraceOut];

    public override IReadOnlyList<string> Formats => ReportFormats.Names;

    public override bool TakesWorkload => true;

    public override ExitCode Run(Settings settings, CliHost host) => CheckFlow.Run(settings, host, rehearses: true);
}
