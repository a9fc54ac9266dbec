using SyscallProbe.Cli.Flows;
using SyscallProbe.Cli.Options;
using SyscallProbe.Report;

namespace SyscallProbe.Cli.Verbs;

/// <summary><c>verify -- CMD</c>.</summary>
sealed class VerifyVerb : Verb
{
    public override string Name => "verify";

    public override string Summary => "run a command under the real runsc and compare";

    public override string Details =>
        "Records the command under runc, predicts what the release of the runsc found here does with it, and runs it under that runsc with the same files, health check and conditions. The verdict is what "
        + "really happened; findings that the sandbox showed are verified; where it did otherwise than predicted, the matrix has a defect; and the first call that fails there and not under runc is named.\n\n"
        + "The calls are read from runsc's own log, which leaves some arguments out: what it does not tell stays predicted. The log takes some hundred bytes of disc below /run for each call, and time. "
        + "What a health check calls is in it too. Needs root and runsc.";

    public override IReadOnlyList<string> Examples =>
    [
        "verify -- python3 server.py",
        "verify --report-matrix-defects d.jsonl -- sort /etc/passwd",
    ];

    public override IReadOnlyList<OptionSpec> Options =>
        [OptionTable.Target, OptionTable.Runsc, .. WorkloadOptions.Rows, OptionTable.Trust, OptionTable.FailOn, OptionTable.Format, OptionTable.Output, OptionTable.MatrixDefects];

    public override IReadOnlyList<string> Formats => ReportFormats.Names;

    public override bool TakesWorkload => true;

    public override ExitCode Run(Settings settings, CliHost host) => VerifyFlow.Run(settings, host);
}
