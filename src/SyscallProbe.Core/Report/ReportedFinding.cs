namespace SyscallProbe.Report;

/// <summary>A finding with the workload and the target that it is of.</summary>
readonly record struct ReportedFinding(CheckReport Report, TargetReport Target, Finding Finding)
{
    /// <summary>All findings in the order of the reports: the order that every format keeps.</summary>
    public static IEnumerable<ReportedFinding> All(IEnumerable<CheckReport> reports) =>
        from report in reports
        from target in report.Targets
        from finding in target.Findings
        select new ReportedFinding(report, target, finding);
}
