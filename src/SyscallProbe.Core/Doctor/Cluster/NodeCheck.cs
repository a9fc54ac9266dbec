namespace SyscallProbe.Doctor.Cluster;

/// <summary>Whether nodes that have a handler of gVisor can run it.</summary>
sealed class NodeCheck : DoctorCheck<ClusterFacts>
{
    protected override string Name => "node";

    public override IEnumerable<DoctorLine> Judge(ClusterFacts facts)
    {
        var needed = GvisorLimits.ValueOf("kernel", null)!;
        foreach (var old in facts.Nodes.Where(node => node.Handlers?.Any(handler => EngineHandler.RuntimeOfName(handler) == "gvisor") == true && DottedNumber.IsBelow(node.Kernel, needed)).GroupBy(node => node.Kernel))
        {
            yield return Line("kernel", "status.nodeInfo.kernelVersion", ("nodes", DoctorWords.Listed([.. old.Select(node => node.Name)])), ("kernel", old.Key), ("needed", needed));
        }
    }
}
