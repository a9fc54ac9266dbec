using SyscallProbe.Cli.Options;
using SyscallProbe.Cli.Output;

namespace SyscallProbe.Cli.Verbs;

/// <summary><c>trace merge TRACE...</c>.</summary>
sealed class TraceMergeVerb : Verb
{
    public override string Name => "trace merge";

    public override string Summary => "several traces as one";

    public override string Details =>
        "Writes one trace with the calls of all. The order does not matter, and a recording that is in twice counts once. The evidence is that of the weakest: one lossy run makes the whole lossy.";

    public override IReadOnlyList<string> Examples => ["trace merge -o week.trace.json mon.trace.json tue.trace.json"];

    public override IReadOnlyList<OptionSpec> Options => [OptionTable.Output];

    public override ArgumentSpec Argument => new("TRACE", 1, int.MaxValue, "trace files; - is standard input");

    public override ExitCode Run(Settings settings, CliHost host)
    {
        using var result = ResultFile.Open(settings, host);
        TraceFiles.Write(result, TraceFiles.ReadMerged(settings.Arguments, host));
        result.Complete();
        return ExitCode.Compatible;
    }
}
