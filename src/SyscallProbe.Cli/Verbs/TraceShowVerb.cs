using SyscallProbe.Cli.Options;
using SyscallProbe.Cli.Output;
using SyscallProbe.Report;

namespace SyscallProbe.Cli.Verbs;

/// <summary><c>trace show TRACE</c>.</summary>
sealed class TraceShowVerb : Verb
{
    public override string Name => "trace show";

    public override string Summary => "the calls in a trace";

    public override string Details => "Prints how far the trace can be trusted and then each kind of call: how often, what it gave, in which phase, with the arguments that decide.";

    public override IReadOnlyList<string> Examples => ["trace show redis.trace.json"];

    public override IReadOnlyList<OptionSpec> Options => [OptionTable.Format, OptionTable.Output];

    public override ArgumentSpec Argument => new("TRACE", 1, 1, "a trace file; - is standard input");

    public override ExitCode Run(Settings settings, CliHost host)
    {
        var trace = TraceFiles.Read(settings.Arguments[0], host);
        using var result = ResultFile.Open(settings, host);
        if (settings.Format == "json") TraceFiles.Write(result, trace);
        else TraceTable.Write(result.Text, trace);
        result.Complete();
        return ExitCode.Compatible;
    }
}
