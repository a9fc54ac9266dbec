namespace SyscallProbe.Doctor.Checks;

/// <summary>How workloads can be recorded here.</summary>
sealed class RecorderCheck : DoctorCheck<NodeView>
{
    protected override string Name => "recorder";

    public override IEnumerable<DoctorLine> Judge(NodeView facts) => facts.Facts.Recorder switch
    {
        null => [],
        { EbpfError: null } => [Line("ebpf", "programs were loaded")],
        { PtraceError: null } one => [Line("ptrace", "", ("error", one.EbpfError!), ("fix", one.EbpfFix ?? ""))],
        var one => [Line("none", "", ("error", $"{one.PtraceError}; eBPF: {one.EbpfError}"), ("fix", one.EbpfFix ?? ""))],
    };
}

/// <summary>Says what could not be looked at, so that silence is never taken for health.</summary>
sealed class MissingCheck : DoctorCheck<NodeView>
{
    protected override string Name => "fact";

    public override IEnumerable<DoctorLine> Judge(NodeView facts) => facts.Facts.Missing.Select(one => Line("not-gathered", "", ("what", one.What), ("error", one.Error)));
}
