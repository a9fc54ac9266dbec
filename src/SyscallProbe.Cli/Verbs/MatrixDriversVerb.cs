using SyscallProbe.Cli.Options;
using SyscallProbe.Cli.Output;
using SyscallProbe.Matrix;
using SyscallProbe.Report;
using SyscallProbe.Rules;

namespace SyscallProbe.Cli.Verbs;

/// <summary><c>matrix drivers</c>: the NVIDIA drivers that a gVisor release works with.</summary>
sealed class MatrixDriversVerb : Verb
{
    static readonly NvproxyKind[] s_kinds = [NvproxyKind.Frontend, NvproxyKind.Uvm, NvproxyKind.Control, NvproxyKind.Class];

    public override string Name => "matrix drivers";

    public override string Summary => "the NVIDIA drivers of a gVisor release";

    public override string Details =>
        "Lists the versions of NVIDIA's driver that nvproxy of a gVisor release knows, oldest first: with any other one runsc refuses to start a GPU sandbox. For each it says how many ioctls of the frontend and of "
        + "UVM, how many control commands and how many allocation classes are passed on. One that is not supported needs nvproxy-allow-unsupported-driver=true.\n\n"
        + "Whether a certain command is passed on is asked with `matrix lookup`; the target then names the driver, as in gvisor@release-20240930.0,nvproxy=true,nvproxy-driver-version=550.54.15.";

    public override IReadOnlyList<string> Examples => ["matrix drivers", "matrix drivers --target gvisor@release-20240930.0 -f csv"];

    public override IReadOnlyList<OptionSpec> Options => [OptionTable.Target, OptionTable.Format, OptionTable.Output];

    public override IReadOnlyList<string> Formats => ["table", "csv", "json"];

    public override ExitCode Run(Settings settings, CliHost host)
    {
        if (settings.TargetsOr("gvisor") is not [{ Runtime: "gvisor" } target])
            throw new FailureException(new Failure(FailureCode.Usage, "matrix drivers takes one gVisor target", "--target", "as in --target gvisor@release-20260817.0"));
        var release = GvisorReleases.Known.Parse(target.Release);
        var rows = new CsvFile("drivers", ["driver", "supported", .. s_kinds.Select(kind => kind.ToString().ToLowerInvariant())],
            [.. Nvproxy.Known.DriversAt(release).Select(driver => RowOf(driver, release))]);
        using var result = ResultFile.Open(settings, host);
        if (settings.Format == "csv") result.Writer.Write(rows.ToString());
        else if (settings.Format == "json") JsonText.Write(result.Writer, json => WriteJson(json, target, rows));
        else WriteTable(result.Writer, target, rows);
        result.Complete();
        return ExitCode.Compatible;
    }

    static IReadOnlyList<string> RowOf(NvproxyDriver driver, Release release) =>
    [
        driver.Version.ToString(), driver.IsSupported ? "yes" : "no",
        .. s_kinds.Select(kind => Nvproxy.Known.CountAt(kind, driver.Version, release).ToString(System.Globalization.CultureInfo.InvariantCulture)),
    ];

    static void WriteTable(TextWriter to, Target target, CsvFile rows)
    {
        if (rows.Rows.Count == 0)
        {
            to.WriteLine($"{target}: no nvproxy, which release-20230529.0 is the first to have");
            return;
        }
        to.WriteLine("DRIVER      SUPPORTED  FRONTEND  UVM  CONTROL  CLASS");
        foreach (var row in rows.Rows) to.WriteLine($"{row[0],-10}  {row[1],-9}  {row[2],8}  {row[3],3}  {row[4],7}  {row[5],5}");
    }

    static void WriteJson(System.Text.Json.Utf8JsonWriter json, Target target, CsvFile rows)
    {
        json.WriteStartObject();
        json.WriteString("release", target.Release);
        json.WriteStartArray("drivers");
        foreach (var row in rows.Rows)
        {
            json.WriteStartObject();
            json.WriteString("driver", row[0]);
            json.WriteBoolean("supported", row[1] == "yes");
            for (var column = 2; column < row.Count; column++) json.WriteNumber(rows.Header[column], int.Parse(row[column], System.Globalization.CultureInfo.InvariantCulture));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
