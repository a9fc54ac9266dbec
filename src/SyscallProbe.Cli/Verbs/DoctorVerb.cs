using SyscallProbe.Cli.Flows;
using SyscallProbe.Cli.Options;
using SyscallProbe.Cli.Output;
using SyscallProbe.Doctor;

namespace SyscallProbe.Cli.Verbs;

/// <summary><c>doctor</c>: is this node, or this cluster, ready for sandboxes.</summary>
sealed class DoctorVerb : Verb
{
    public override string Name => "doctor";

    public override string Summary => "say what keeps gVisor or Kata from running here";

    public override string Details =>
        "Looks at this machine as a node: runc, runsc and Kata with their releases, the platforms of runsc (a container is started on each), KVM, vhost, cgroups, containerd, CRI-O and Docker as they themselves read their "
        + "configuration, shims where the engine looks for them, runsc.toml, NVIDIA's driver, and how workloads can be recorded. Each line says what was seen and what to do. Nothing is changed and no module is loaded. "
        + "Root sees more; what could not be told is a line as well.\n\n"
        + "With FILE, which has what kubectl printed, the cluster is judged without going near its nodes: `kubectl get nodes,pods,runtimeclasses -A -o json | syscallprobe doctor -`. RuntimeClasses without "
        + "nodes, handlers that nodes do not list, pods that admission refuses, and messages of `kubectl describe pod` or of events, explained. With --node the machine is looked at too, as that node of the cluster.\n\n"
        + "Exits with 0 where all that is installed works (with --target, all that is named), 2 where something is broken, 4 where it could not be told, 3 for warnings with --fail-on caveats.";

    public override IReadOnlyList<string> Examples =>
    [
        "doctor",
        "doctor --target gvisor -f json",
        "doctor cluster.json",
        "doctor --node worker-1 cluster.json",
    ];

    public override IReadOnlyList<OptionSpec> Options => [OptionTable.Target, OptionTable.Node, OptionTable.FailOn, OptionTable.Format, OptionTable.Output];

    public override ArgumentSpec Argument => new("FILE", 0, int.MaxValue, "JSON of kubectl get or text of kubectl describe; - is standard input");

    public override ExitCode Run(Settings settings, CliHost host)
    {
        var asked = settings.All(OptionTable.Target).Select(text => RuntimeOf(text, settings)).Distinct().ToArray();
        var node = settings.TryGet(OptionTable.Node, out var name) ? name : null;
        if (node is not null && settings.Arguments.IsEmpty)
            throw new FailureException(new Failure(FailureCode.Usage, "a node's name needs the objects of its cluster", settings.OriginOf(OptionTable.Node).ToString(), $"kubectl get nodes,runtimeclasses -o json | syscallprobe doctor --node {node} -"));
        using var result = ResultFile.Open(settings, host);
        var report = DoctorFlow.Run(settings.Arguments, node, asked, host);
        if (settings.Format == "json") DoctorJson.Write(result.Writer, report);
        else DoctorTable.Write(result.Text, report);
        result.Complete();
        return ExitCodes.Of(report.Verdict, settings.FailOn);
    }

    // A release is what the node has, and not what it should have.
    static string RuntimeOf(string text, Settings settings) => text is "gvisor" or "kata"
        ? text : throw new FailureException(new Failure(FailureCode.Usage, $"expected gvisor or kata, found {Failures.Quoted(text)}", settings.OriginOf(OptionTable.Target).ToString(), "name the runtime alone: which release is here is what doctor tells"));
}
