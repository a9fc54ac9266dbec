using System.Text.Json;
using SyscallProbe.Cli.Flows;
using SyscallProbe.Cli.Options;
using SyscallProbe.Cli.Output;
using SyscallProbe.Cli.Upstream;
using SyscallProbe.Probe;
using SyscallProbe.Recording.Probe;
using SyscallProbe.Report;

namespace SyscallProbe.Cli.Verbs;

/// <summary><c>matrix probe</c>: holds the rules against a real runsc.</summary>
sealed class MatrixProbeVerb : Verb
{
    public override string Name => "matrix probe";

    public override string Summary => "hold the rules against a real runsc";

    public override string Details =>
        "Makes at least one call for every rule that holds at the release of a runsc binary, in a sandbox of that runsc with its default platform and without network, and compares each outcome "
        + "with what the rule says. The same calls are made under runc, which shows the rules that make no difference to Linux. The calls do no harm; rules that cannot be shown so are listed with the reason.\n\n"
        + "Needs root and a C compiler with a static C library: the probe is compiled on the spot. A disagreement that is known and stays (data/gvisor/disagreements.csv) is listed with its reason.\n\n"
        + "Exits with 0 also when there are disagreements; with --exit-code, with 2 for one that is not known.";

    public override IReadOnlyList<string> Examples => ["matrix probe --runsc /usr/bin/runsc", "matrix probe --runsc ./runsc --exit-code -f json -o probe.json"];

    public override IReadOnlyList<OptionSpec> Options => [OptionTable.Runsc, OptionTable.Runc, OptionTable.ExitCode, OptionTable.Format, OptionTable.Output];

    public override ExitCode Run(Settings settings, CliHost host)
    {
        if (!settings.TryGet(OptionTable.Runsc, out var given))
            throw new FailureException(new Failure(FailureCode.Usage, "no runsc to hold the rules against", Fix: "name one with --runsc FILE; on Debian: apt-get install runsc"));
        var runsc = PathOf(given, host);
        var release = RunscProgram.ReleaseOf(runsc);
        var runc = settings.TryGet(OptionTable.Runc, out var other) ? PathOf(other, host) : ProbeContainer.FindRunc(host.Environment.GetValueOrDefault("PATH", ""));
        if (runc is null) host.Note("there is no runc on PATH: which rules make a difference to Linux is not shown");

        using var result = ResultFile.Open(settings, host);
        var report = ProbeFlow.Run(runsc, release, runc, HostAbi, host);
        if (settings.Format == "json") result.WriteJson(json => Write(json, report));
        else Write(result.Text, report);
        result.Complete();
        return settings.Has(OptionTable.ExitCode) && report.Disagreements.Any(probed => probed.Known is null) ? ExitCode.Incompatible : ExitCode.Compatible;
    }

    static Abi HostAbi => Recording.BpfRecorder.HostAbi;

    // A bare name is looked for in PATH, as a shell does.
    static string PathOf(string program, CliHost host) => program.Contains('/') ? Path.GetFullPath(program, host.WorkingDirectory) : program;

    static void Write(TextOutput to, ProbeReport report)
    {
        var disagreeing = report.DisagreeingRules;
        to.Writer.WriteLine($"{to.Styled(TextStyle.Strong, $"gvisor@{report.Release}")}: {report.Plan.RuleCount} rules, {report.ProbedRules} probed by {report.Cases.Length} calls; "
            + $"{report.ProbedRules - disagreeing} agree, {disagreeing} disagree, {report.DivergingRules} make a difference to Linux");
        foreach (var probed in report.Disagreements)
        {
            to.Writer.WriteLine();
            to.Writer.WriteLine($"{probed.Case.Query}{(probed.Case.Configuration.Length == 0 ? "" : $"  with {probed.Case.Configuration}")}");
            to.Writer.WriteLine($"  predicted {Predicted(probed)} by {probed.Case.Rule}");
            to.Writer.WriteLine($"  runsc     {probed.Sandbox}");
            to.Writer.WriteLine($"  runc      {probed.Linux}");
            if (probed.Known is not null) to.Hanging("  known     ", 12, probed.Known);
        }
        foreach (var group in report.Undecided.GroupBy(probed => probed.Sandbox.IsMeasured ? "not predicted" : probed.Sandbox.ToString()).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            to.Writer.WriteLine();
            to.Writer.WriteLine($"not compared: {group.Key}");
            foreach (var probed in group) to.Writer.WriteLine($"  {probed.Case.Query}  {probed.Case.Rule}");
        }
        foreach (var group in report.Plan.Unprobed.GroupBy(rule => rule.Reason).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            to.Writer.WriteLine();
            to.Writer.WriteLine($"no call: {group.Key}");
            foreach (var rule in group) to.Writer.WriteLine($"  {rule.Syscall}  {rule.Rule}");
        }
    }

    static string Predicted(ProbedCase probed) => $"{probed.Case.Predicted.Kind.Word()}{(probed.Case.Predicted.Errno is { } errno ? $" {errno}" : "")}";

    static void Write(Utf8JsonWriter json, ProbeReport report)
    {
        json.WriteStartObject();
        json.WriteString("target", $"gvisor@{report.Release}");
        json.WriteNumber("rules", report.Plan.RuleCount);
        json.WriteNumber("probed", report.ProbedRules);
        json.WriteNumber("agreeing", report.ProbedRules - report.DisagreeingRules);
        json.WriteNumber("disagreeing", report.DisagreeingRules);
        json.WriteNumber("diverging", report.DivergingRules);
        json.WriteStartArray("calls");
        foreach (var probed in report.Cases)
        {
            json.WriteStartObject();
            json.WriteString("query", probed.Case.Query);
            json.WriteString("configuration", probed.Case.Configuration.Length == 0 ? null : probed.Case.Configuration);
            json.WriteString("rule", probed.Case.Rule);
            json.WriteString("predicted", Predicted(probed));
            json.WriteString("runsc", probed.Sandbox.ToString());
            json.WriteString("runc", probed.Linux.ToString());
            if (probed.Agrees is { } agrees) json.WriteBoolean("agrees", agrees);
            else json.WriteNull("agrees");
            json.WriteString("known", probed.Known);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("notProbed");
        foreach (var rule in report.Plan.Unprobed)
        {
            json.WriteStartObject();
            json.WriteString("rule", rule.Rule);
            json.WriteString("syscall", rule.Syscall);
            json.WriteString("reason", rule.Reason);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
