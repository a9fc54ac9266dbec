using SyscallProbe.Cli.Options;
using SyscallProbe.Cli.Output;
using SyscallProbe.Policies;
using SyscallProbe.Report;
using SyscallProbe.Rules;

namespace SyscallProbe.Cli.Flows;

/// <summary>From reports to what a CI job sees: the report in its format, what the policy has to say, and the exit code.</summary>
/// <remarks>Made before the work begins, so that a mistake in what it reads costs no recording.</remarks>
sealed class GateFlow
{
    readonly Settings _settings;
    readonly CliHost _host;
    readonly Baseline? _baseline;

    GateFlow(Settings settings, IEnumerable<Target> targets, CliHost host)
    {
        (_settings, _host) = (settings, host);
        Judge = settings.Policy is { } policy ? new PolicyJudge(policy, host.Today) : null;
        if (!settings.TryGet(OptionTable.Baseline, out var path)) return;
        _baseline = Baseline.Read(InputFile.Read(path, host), InputFile.NameOf(path));
        _baseline.Require(targets.Select(target => target.ToString()));
    }

    /// <summary>Applies the policy; null without one.</summary>
    public PolicyJudge? Judge { get; }

    /// <exception cref="FailureException">The baseline cannot be read or does not fit the targets.</exception>
    public static GateFlow Of(Settings settings, IEnumerable<Target> targets, CliHost host) => new(settings, targets, host);

    /// <summary>Writes the reports and completes the result.</summary>
    /// <exception cref="FailureException">The baseline is of something else.</exception>
    /// <returns>The worst code over all of them.</returns>
    public ExitCode Finish(ResultFile result, CheckReport[] reports)
    {
        if (Judge is not null) reports = [.. reports.Select(report => report with { Waivers = Judge.Uses })];
        if (_baseline is not null) reports = [.. reports.Select(_baseline.Compared)];
        Tell(reports);
        ReportOutput.Write(result, reports, _settings, _host);
        result.Complete();
        return ExitCodes.Worst(reports.Select(report => ExitCodes.Of(report, _settings.FailOn)));
    }

    void Tell(CheckReport[] reports)
    {
        var waived = reports.SelectMany(report => report.Targets).Sum(target => target.Findings.Count(finding => finding.IsWaived));
        if (waived > 0) _host.Note($"{FindingWords.Counted((ulong)waived, "finding")} waived by {_settings.Policy!.File}");
        foreach (var waiver in Judge?.Uses ?? [])
        {
            if (waiver.State != WaiverState.Applied) _host.Warning(GateLines.Of(waiver));
        }
    }
}
