using SyscallProbe.Cli.Options;
using SyscallProbe.Cli.Output;
using SyscallProbe.Report;
using SyscallProbe.Traces;

namespace SyscallProbe.Cli.Verbs;

/// <summary><c>trace diff BEFORE AFTER</c>.</summary>
sealed class TraceDiffVerb : Verb
{
    public override string Name => "trace diff";

    public override string Summary => "what changed between two traces";

    public override string Details =>
        "Prints the calls that only one of two traces has, and those that gave something else. How often a call was made and in which phase is not compared: it differs from run to run.";

    public override IReadOnlyList<string> Examples => ["trace diff old.trace.json new.trace.json", "trace diff --exit-code -f json old.json new.json"];

    public override IReadOnlyList<OptionSpec> Options => [OptionTable.ExitCode, OptionTable.Format, OptionTable.Output];

    public override ArgumentSpec Argument => new("TRACE", 2, 2, "the trace before and the trace after");

    public override ExitCode Run(Settings settings, CliHost host)
    {
        var changes = TraceDiff.Of(TraceFiles.Read(settings.Arguments[0], host), TraceFiles.Read(settings.Arguments[1], host));
        using var result = ResultFile.Open(settings, host);
        if (settings.Format == "json") TraceTable.WriteDiffJson(result.Writer, changes);
        else TraceTable.WriteDiff(result.Text, changes);
        result.Complete();
        return settings.Has(OptionTable.ExitCode) && changes.Length > 0 ? ExitCode.Incompatible : ExitCode.Compatible;
    }
}
