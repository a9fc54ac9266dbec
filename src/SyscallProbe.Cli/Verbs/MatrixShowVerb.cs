using SyscallProbe.Cli.Options;
using SyscallProbe.Cli.Output;
using SyscallProbe.Matrix;
using SyscallProbe.Report;
using SyscallProbe.Rules;

namespace SyscallProbe.Cli.Verbs;

/// <summary><c>matrix show</c>: every syscall with its level.</summary>
sealed class MatrixShowVerb : Verb
{
    public override string Name => "matrix show";

    public override string Summary => "the level of every syscall at a release";

    public override string Details =>
        "Lists every syscall of Linux v6.18, and any that the runtime alone has, with the support level that the runtime's own table gives it: full, partial (the note says what is missing), "
        + "error (always returns its errno), capgate (EPERM without the capability, ENOSYS with it) or undefined (not in the table: ENOSYS).\n\n"
        + "For Kata the levels are those of the guest's kernel: full, error (ENOSYS: configured out, the note names the option) or undefined (ENOSYS: newer than the kernel).\n\n"
        + "A level says little of a call: what its arguments, paths and capabilities change is asked with `matrix lookup`.";

    public override IReadOnlyList<string> Examples => ["matrix show", "matrix show --target gvisor@20221219.0 --arch arm64 -f csv", "matrix show --target kata@3.20.0,hypervisor=qemu -f json"];

    public override IReadOnlyList<OptionSpec> Options => [OptionTable.Target, OptionTable.Arch, OptionTable.Format, OptionTable.Output];

    public override IReadOnlyList<string> Formats => ["table", "csv", "json"];

    public override ExitCode Run(Settings settings, CliHost host)
    {
        if (settings.TargetsOr("gvisor") is not [var target])
            throw new FailureException(new Failure(FailureCode.Usage, "matrix show takes one target", "--target", "compare two with `syscallprobe matrix diff`"));
        var rows = MatrixRows.Of(target, settings.Arch);
        using var result = ResultFile.Open(settings, host);
        if (settings.Format == "csv") result.Writer.Write(rows.ToString());
        else if (settings.Format == "json") JsonText.Write(result.Writer, json => MatrixRows.Write(json, target, settings.Arch));
        else WriteTable(result.Text, rows, target, settings.Arch);
        result.Complete();
        return ExitCode.Compatible;
    }

    static void WriteTable(TextOutput to, CsvFile rows, Target target, Abi abi)
    {
        var level = rows.Column("level");
        var counts = SupportLevelNames.All.Select(name => (name, count: rows.Rows.Count(row => row[level] == name))).Where(pair => pair.count > 0);
        to.Writer.WriteLine($"{to.Styled(TextStyle.Strong, target.ToString())}, {abi.Name()}: {rows.Rows.Count} syscalls; {string.Join(", ", counts.Select(pair => $"{pair.count} {pair.name}"))}");
        to.Writer.WriteLine();
        foreach (var row in rows.Rows) to.Hanging($"{row[1],4}  {row[2],-24} {MatrixText.LevelOf(row),-26} ", 59, row[^1]);
    }
}
