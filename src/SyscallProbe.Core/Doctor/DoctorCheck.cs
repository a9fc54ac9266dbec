namespace SyscallProbe.Doctor;

/// <summary>A question about a node or a cluster, answered from facts that were gathered before: pure, so that any state of a node can be judged anywhere.</summary>
/// <typeparam name="TFacts"><see cref="NodeFacts"/> or <see cref="Cluster.ClusterFacts"/>.</typeparam>
abstract class DoctorCheck<TFacts>
{
    /// <summary>The check's name in <c>data/kubernetes/doctor.csv</c>.</summary>
    protected abstract string Name { get; }

    /// <summary>What is found; nothing where the question does not arise.</summary>
    public abstract IEnumerable<DoctorLine> Judge(TFacts facts);

    /// <summary>A line of this check.</summary>
    protected DoctorLine Line(string name, string evidence = "", params ReadOnlySpan<(string Name, string Value)> values) =>
        DoctorRow.Line(Name, name, evidence, Values(values));

    /// <summary>A line about a runtime, where the row speaks of any.</summary>
    protected DoctorLine LineOf(string runtime, string name, string evidence, params ReadOnlySpan<(string Name, string Value)> values) =>
        DoctorRow.Line(Name, name, evidence, Values(values), runtime);

    static Dictionary<string, string> Values(ReadOnlySpan<(string Name, string Value)> values)
    {
        var named = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in values) named[name] = value;
        return named;
    }
}
