using SyscallProbe.Report;

namespace SyscallProbe.Core.Tests.Report;

/// <summary>Renders reports as text, without colour and 100 columns wide.</summary>
static class Rendering
{
    public static string Of(string format, params CheckReport[] reports)
    {
        var text = new StringWriter { NewLine = "\n" };
        ReportFormats.Of(format).Write(TextOutput.Plain(text, 100), reports);
        return text.ToString();
    }

    /// <summary>What the GitHub format puts into the step's summary.</summary>
    public static string Summary(int mostBytes, params CheckReport[] reports)
    {
        var text = new StringWriter { NewLine = "\n" };
        ReportFormats.Of("github").WriteSummary!(text, reports, mostBytes);
        return text.ToString();
    }

    /// <summary>The sample with as many findings under its first target, of all consequences and worst first, each with a call of its own.</summary>
    public static CheckReport Large(int count)
    {
        var (target, like) = (SampleReport.Value.Targets[0], SampleReport.Value.Targets[0].Findings[0]);
        Consequence[] consequences = [Consequence.Blocking, Consequence.Unknown, Consequence.Degraded, Consequence.Harmless];
        return SampleReport.Value with
        {
            Targets =
            [
                target with { Findings = [.. Enumerable.Range(0, count).Select(i => like with { Consequence = consequences[i * 4 / count], Arguments = [new("cmd", $"0x{i:x}")] })] },
                SampleReport.Value.Targets[2],
            ],
        };
    }
}
