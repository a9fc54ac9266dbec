namespace SyscallProbe.Doctor.Checks;

/// <summary>Whether runc is there, under which workloads are recorded.</summary>
sealed class RuncCheck : DoctorCheck<NodeView>
{
    protected override string Name => "runc";

    public override IEnumerable<DoctorLine> Judge(NodeView facts)
    {
        if (facts.Facts.Found("runc") is not { } runc) return [Line("missing")];
        if (runc.Error is { } error) return [Line("no-answer", runc.Path!, ("error", error))];
        var first = runc.Output.Split('\n')[0].Trim();
        return [Line("found", runc.Path!, ("version", first.StartsWith("runc version ", StringComparison.Ordinal) ? first["runc version ".Length..] : first))];
    }
}
