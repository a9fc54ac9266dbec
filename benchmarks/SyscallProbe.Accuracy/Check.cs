using System.Diagnostics;
using SyscallProbe.Report;

namespace SyscallProbe.Accuracy;

/// <summary>Runs the published tool on a case, as a user would.</summary>
sealed class Check(string tool, string rootfs, string workloads, string target, string traces)
{
    /// <summary>A workload that hangs is cut off: it is not what is measured.</summary>
    static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);

    public string TraceOf(Case c) => Path.Combine(traces, c.Name.Replace('/', '-') + ".trace.json");

    /// <summary>The report; null where the tool gave none.</summary>
    public CheckReport? Run(Case c, bool rehearse)
    {
        var output = Path.GetTempFileName();
        try
        {
            List<string> arguments = ["check", "-q", "-f", "json", "-o", output, "--target", target, "--rootfs", rootfs, "--mount", $"{workloads}:/workloads:ro", "--duration", "60s"];
            if (rehearse) arguments.Add("--rehearse");
            else arguments.AddRange(["--trace-out", TraceOf(c)]);
            if (c.Privileged) arguments.AddRange(["--privileged", "--cap-drop", "SYS_BOOT", "--cap-drop", "SYS_RESOURCE"]);
            if (c.Expect.Length > 0) arguments.AddRange(["--expect", $"(?m){c.Expect}"]);
            if (c.Reject.Length > 0) arguments.AddRange(["--reject", $"(?m){c.Reject}"]);
            Start(tool, [.. arguments, "--", .. c.Argv]);
            return Read(output);
        }
        finally
        {
            File.Delete(output);
        }
    }

    /// <summary>Judges a trace that an earlier run left; null where there is none.</summary>
    public CheckReport? Assess(Case c)
    {
        if (!File.Exists(TraceOf(c))) return null;
        var output = Path.GetTempFileName();
        try
        {
            Start(tool, ["assess", "-q", "-f", "json", "-o", output, "--target", target, TraceOf(c)]);
            return Read(output);
        }
        finally
        {
            File.Delete(output);
        }
    }

    static CheckReport? Read(string path)
    {
        var json = File.ReadAllBytes(path);
        return json.Length == 0 ? null : ReportJson.Read(json, path)[0];
    }

    static void Start(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (process.WaitForExit(s_limit)) return;
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
    }
}
