using System.Text.Json;
using SyscallProbe.Assessment;
using SyscallProbe.Cli.Options;
using SyscallProbe.Cli.Output;
using SyscallProbe.Matrix;
using SyscallProbe.Report;
using SyscallProbe.Rules;

namespace SyscallProbe.Cli.Verbs;

/// <summary><c>matrix diff</c>: what an upgrade changes.</summary>
sealed class MatrixDiffVerb : Verb
{
    // Columns of a row that a change can be in, behind arch, nr and name.
    const int FirstCell = 3;

    public override string Name => "matrix diff";

    public override string Summary => "what changes from one target to another";

    public override string Details =>
        "Lists the syscalls whose level, errno, capability or note differs between two targets. With --trace it lists instead the calls of recorded workloads whose outcome differs, "
        + "and each workload's verdict under either target. Exits with 0 also when there are differences, unless --exit-code is given.";

    public override IReadOnlyList<string> Examples => ["matrix diff gvisor@release-20230814.0 gvisor@release-20230904.0", "matrix diff gvisor@20221219.0 gvisor --arch arm64 --exit-code",
        "matrix diff gvisor@20221219.0 gvisor --trace redis.trace.json"];

    public override IReadOnlyList<OptionSpec> Options => [OptionTable.Arch, OptionTable.Trace, OptionTable.ExitCode, OptionTable.Format, OptionTable.Output];

    public override ArgumentSpec Argument => new("TARGET", 2, 2, "two targets, the older first");

    public override ExitCode Run(Settings settings, CliHost host)
    {
        Target from = TargetParser.Parse(settings.Arguments[0], "TARGET"), to = TargetParser.Parse(settings.Arguments[1], "TARGET");
        var traces = settings.All(OptionTable.Trace);
        if (!traces.IsEmpty) return OfWorkloads(settings, host, from, to, traces);
        var changes = MatrixDiff.Of(MatrixRows.Of(from, settings.Arch), MatrixRows.Of(to, settings.Arch));
        using var result = ResultFile.Open(settings, host);
        if (settings.Format == "json") JsonText.Write(result.Writer, json => WriteJson(json, from, to, settings.Arch, changes));
        else WriteTable(result.Text, from, to, settings.Arch, changes);
        result.Complete();
        return changes.Count > 0 && settings.Has(OptionTable.ExitCode) ? ExitCode.Incompatible : ExitCode.Compatible;
    }

    static ExitCode OfWorkloads(Settings settings, CliHost host, Target from, Target to, IEnumerable<string> traces)
    {
        var workloads = traces.Select(path =>
        {
            var trace = TraceFiles.Read(path, host);
            var arch = trace.Subjects.IsEmpty ? settings.Arch : trace.Subjects[0].Arch;
            return new WorkloadDiff(path, trace.Kinds, OutcomeDiff.Of(trace, TargetModels.Of(from, arch), TargetModels.Of(to, arch)));
        }).ToArray();
        using var result = ResultFile.Open(settings, host);
        if (settings.Format == "json") JsonText.Write(result.Writer, json => OutcomeDiffOutput.WriteJson(json, from, to, workloads));
        else OutcomeDiffOutput.WriteTable(result.Text, from, to, workloads);
        result.Complete();
        return settings.Has(OptionTable.ExitCode) && workloads.Any(workload => !workload.Diff.Changes.IsEmpty) ? ExitCode.Incompatible : ExitCode.Compatible;
    }

    static void WriteTable(TextOutput to, Target from, Target next, Abi abi, IReadOnlyList<MatrixChange> changes)
    {
        var notes = changes.Count(change => change.IsNoteOnly);
        to.Writer.WriteLine($"{to.Styled(TextStyle.Strong, $"{from} -> {next}")}, {abi.Name()}: {Counted(changes.Count - notes, "level")} and {Counted(notes, "note")} changed");
        if (changes.Count > 0) to.Writer.WriteLine();
        foreach (var change in changes)
        {
            var levels = change.IsNoteOnly ? MatrixText.LevelOf(change.To) : $"{MatrixText.LevelOf(change.From)} -> {MatrixText.LevelOf(change.To)}";
            to.Writer.WriteLine($"{change.Nr,4}  {change.Name,-24} {levels}");
            if (change.From?[^1] is { Length: > 0 } old && old != change.To?[^1]) to.Hanging("      -", 8, old);
            if (change.To?[^1] is { Length: > 0 } note && note != change.From?[^1]) to.Hanging("      +", 8, note);
        }
    }

    static string Counted(int count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";

    static void WriteJson(Utf8JsonWriter json, Target from, Target to, Abi abi, IReadOnlyList<MatrixChange> changes)
    {
        json.WriteStartObject();
        json.WriteString("from", from.ToString());
        json.WriteString("to", to.ToString());
        json.WriteString("arch", abi.Name());
        json.WriteStartArray("changes");
        foreach (var change in changes)
        {
            json.WriteStartObject();
            json.WriteNumber("nr", change.Nr);
            json.WriteString("name", change.Name);
            WriteCells(json, "from", change.From);
            WriteCells(json, "to", change.To);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void WriteCells(Utf8JsonWriter json, string name, IReadOnlyList<string>? row)
    {
        if (row is null)
        {
            json.WriteNull(name);
            return;
        }
        json.WriteStartObject(name);
        for (var i = FirstCell; i < row.Count; i++) json.WriteString(GvisorMatrix.Columns[i], row[i].Length == 0 ? null : row[i]);
        json.WriteEndObject();
    }
}
