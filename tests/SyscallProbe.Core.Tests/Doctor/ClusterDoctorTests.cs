using System.Text;
using SyscallProbe.Doctor;
using SyscallProbe.Doctor.Cluster;

namespace SyscallProbe.Core.Tests.Doctor;

/// <summary>What is said of a cluster, from what kubectl prints.</summary>
public sealed class ClusterDoctorTests
{
    const string Gvisor = """{"apiVersion":"node.k8s.io/v1","kind":"RuntimeClass","metadata":{"name":"gvisor"},"handler":"runsc","overhead":{"podFixed":{"cpu":"50m","memory":"64Mi"}}}""";
    const string Selecting = """{"kind":"RuntimeClass","metadata":{"name":"gvisor"},"handler":"runsc","overhead":{"podFixed":{"memory":"64Mi"}},"scheduling":{"nodeSelector":{"sandbox.gvisor.dev/runtime":"true"}}}""";

    [Fact]
    public void A_cluster_in_which_class_handler_and_pods_fit_is_ready()
    {
        var report = Examine(List(Node("a", """["","runsc"]"""), Gvisor, Pod("shop", "cart", "gvisor", ready: true)));

        report.Verdict.Should().Be(Readiness.Ready, Text(report));
        report.Lines.Should().Contain(line => line.Case == "handler-ok").And.Contain(line => line.What == "pods that use RuntimeClass gvisor: 1");
    }

    [Fact]
    public void A_handler_that_a_node_does_not_list_is_missing_and_one_of_a_node_that_lists_none_is_unknown()
    {
        var missing = Examine(List(Node("a", """["","runsc"]"""), Node("b", """[""]""", runtime: "containerd://2.2.7"), Gvisor, Pod("shop", "cart", "gvisor")));
        var unknown = Examine(List(Node("a", null), Gvisor, Pod("shop", "cart", "gvisor")));

        missing.Verdict.Should().Be(Readiness.Broken);
        Line(missing, "handler-missing").Fix.Should().Contain("on b ([plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runsc] in a file with version = 3)");
        unknown.Verdict.Should().Be(Readiness.Unknown);
        Line(unknown, "handler-unknown").Status.Should().Be(DoctorStatus.Unknown);
    }

    [Fact]
    public void A_class_that_nobody_uses_is_a_warning_and_a_used_one_broken()
    {
        var unused = Examine(List(Node("a", """["runsc"]"""), Selecting));
        var used = Examine(List(Node("a", """["runsc"]"""), Selecting, Pod("shop", "cart", "gvisor")));

        unused.Verdict.Should().Be(Readiness.Warnings);
        used.Verdict.Should().Be(Readiness.Broken);
        Line(used, "no-node").Fix.Should().Be("kubectl label node a sandbox.gvisor.dev/runtime=true");
    }

    [Fact]
    public void A_taint_that_the_class_does_not_tolerate_is_seen()
    {
        const string taint = """[{"key":"sandbox.gke.io/runtime","value":"gvisor","effect":"NoSchedule"}]""";
        const string tolerating = """{"kind":"RuntimeClass","metadata":{"name":"gvisor"},"handler":"gvisor","overhead":{"podFixed":{"memory":"1Mi"}},"scheduling":{"tolerations":[{"key":"sandbox.gke.io/runtime","operator":"Exists"}]}}""";

        Line(Examine(List(Node("a", """["gvisor"]""", taints: taint), tolerating.Replace("sandbox.gke.io/runtime", "other"), Pod("s", "p", "gvisor"))), "taint").What.Should().Contain("sandbox.gke.io/runtime=gvisor:NoSchedule");
        Examine(List(Node("a", """["gvisor"]""", taints: taint), tolerating, Pod("s", "p", "gvisor"))).Verdict.Should().Be(Readiness.Ready);
        // Pods of the class go to the other node.
        Examine(List(Node("a", """["gvisor"]""", taints: taint), Node("b", """["gvisor"]"""), tolerating.Replace("sandbox.gke.io/runtime", "other"), Pod("s", "p", "gvisor"))).Verdict.Should().Be(Readiness.Ready);
    }

    [Fact]
    public void A_class_that_does_not_exist_is_named_with_the_nearest_one_and_where_none_was_asked_for_nothing_is_claimed()
    {
        Line(Examine(List(Node("a", """["runsc"]"""), Gvisor, Pod("shop", "cart", "gvisr"))), "class-absent").What.Should().StartWith("pod/shop/cart: their RuntimeClass gvisr does not exist; nearest: gvisor");
        var partial = Examine(List(Node("a", """["runsc"]"""), Pod("shop", "cart", "gvisor")));
        partial.Verdict.Should().Be(Readiness.Unknown);
        partial.Lines.Should().ContainSingle(line => line.Case == "no-classes");
    }

    [Fact]
    public void Overheads_and_selectors_are_judged_as_admission_does()
    {
        const string deployment = """{"kind":"Deployment","metadata":{"name":"d","namespace":"s"},"spec":{"template":{"spec":{"runtimeClassName":"gvisor","overhead":{"memory":"128Mi"},"nodeSelector":{"sandbox.gvisor.dev/runtime":"false"}}}}}""";
        var report = Examine(List(Node("a", """["runsc"]""", labels: """{"sandbox.gvisor.dev/runtime":"true"}"""), Selecting, deployment, Pod("s", "same", "gvisor", overhead: """{"memory":"0.0625Gi"}"""), Pod("s", "old", "gvisor", overhead: """{"memory":"32Mi"}""")));

        Line(report, "overhead-refused").What.Should().Be("deployment/s/d: refused at admission: pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead");
        Line(report, "selector-conflict").What.Should().Contain("conflict: runtimeClass.scheduling.nodeSelector[sandbox.gvisor.dev/runtime] = true; pod.spec.nodeSelector[sandbox.gvisor.dev/runtime] = false");
        Line(report, "overhead-stale").What.Should().StartWith("pod/s/old: ");
    }

    [Theory]
    [InlineData("Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox runtime: no runtime for \"runsc\" is configured", "no-handler", "gvisor")]
    [InlineData("unable to get OCI runtime for sandbox \"1\": no runtime for \"kata-qemu\" is configured", "no-handler", "kata-qemu")]
    [InlineData("failed to find runtime handler kata from runtime list map[runc:0xc000]", "no-handler-crio", "kata")]
    [InlineData("Failed to create pod sandbox: failed to create shim: not found", "shim-missing", "gvisor")]
    [InlineData("failed to create containerd task: failed to create shim task: open /x: not found", "shim-missing", "gvisor")]
    [InlineData("start failed: dial unix {\"version\":2,\"address\":\"unix:///run/containerd/s/1\",\"protocol\":\"ttrpc\"}: connect: invalid argument", "shim-protocol", "gvisor")]
    [InlineData("0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector.", "no-node", "gvisor")]
    [InlineData("0/3 nodes are available: 3 Insufficient memory.", "no-resources", "kata")]
    [InlineData("no hardware virtualization support", "no-kvm", "kata")]
    [InlineData("Could not access KVM kernel module: No such file or directory", "no-kvm", "kata")]
    [InlineData("can't set `spec.hostUsers: false`, runtime does not support user namespaces", "user-namespaces", "gvisor")]
    [InlineData("cannot run with network enabled in root network namespace", "host-network", "gvisor")]
    [InlineData("SELinux is not supported: system_u:system_r:container_t", "selinux", "gvisor")]
    [InlineData("pods \"x\" is forbidden: pod rejected: RuntimeClass \"gvisr\" not found", "class-not-found", "gvisr")]
    [InlineData("pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead", "overhead", "gvisor")]
    [InlineData("pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead", "overhead", "gvisor")]
    [InlineData("mount: operation not supported", "not-supported", "gvisor")]
    [InlineData("Readiness probe failed: Get \"http://10.0.0.1/\": context deadline exceeded", "slow", "gvisor")]
    public void A_message_is_explained_whether_it_stands_in_an_event_in_describe_or_alone(string message, string expected, string runtimeClass)
    {
        var quoted = message.Replace("\"", "\\\"");
        var pod = Pod("shop", "cart", runtimeClass);
        var asEvent = Examine(List(pod, $$"""{"kind":"Event","involvedObject":{"kind":"Pod","namespace":"shop","name":"cart"},"reason":"Failed","message":"{{quoted}}"}"""));
        var described = Examine($"Name:         cart\nNamespace:    shop\nRuntime Class Name:  {runtimeClass}\nEvents:\n  Type     Reason  Age                From     Message\n  ----     ------  ----               ----     -------\n"
            + $"  Warning  Failed  3s (x93 over 24m)  kubelet  {message}\n");
        var alone = Examine(message + "\n");

        foreach (var report in new[] { asEvent, described, alone })
        {
            var line = report.Lines.Where(line => line.Check == "event").Should().ContainSingle(Text(report)).Subject;
            line.Case.Should().Be(expected);
            line.Evidence.Should().Be(message);
            line.Fix.Should().NotContain("{").And.NotBeNullOrEmpty();
            line.What.Should().NotContain("{");
        }
        described.Lines.First(line => line.Check == "event").What.Should().StartWith("pod/shop/cart: ");
    }

    [Fact]
    public void A_warning_that_is_not_known_is_not_taken_for_health()
    {
        var report = Examine("Name: cart\nNamespace: shop\nEvents:\n  Type     Reason                  Age  From     Message\n  Warning  FailedCreatePodSandBox  3s   kubelet  the moon is full\n");

        Line(report, "unknown-message").What.Should().Be("pod/shop/cart: a message that is not known: the moon is full");
        report.Verdict.Should().Be(Readiness.Unknown);
    }

    [Fact]
    public void Troubles_of_a_pod_without_a_class_and_of_one_that_works_again_change_nothing()
    {
        const string pending = """{"kind":"Event","involvedObject":{"kind":"Pod","namespace":"s","name":"p"},"reason":"FailedScheduling","message":"0/1 nodes are available: 1 Insufficient cpu."}""";

        var plain = Examine(List(Node("a", """["runsc"]"""), Gvisor, Pod("s", "p", null), pending));
        var over = Examine(List(Node("a", """["runsc"]"""), Gvisor, Pod("s", "p", "gvisor", ready: true), pending));

        plain.Lines.Should().NotContain(line => line.Check == "event");
        over.Verdict.Should().Be(Readiness.Ready, Text(over));
        over.Lines.Should().ContainSingle(line => line.Check == "event" && line.Status == DoctorStatus.Note);
    }

    [Theory]
    [InlineData("", "it is empty: the command before it failed, or printed to standard error")]
    [InlineData("  \n\t\n", "it is empty: the command before it failed, or printed to standard error")]
    [InlineData("{\"kind\":\"List\",\"items\":[", "its JSON is broken or cut off")]
    [InlineData("{\"kind\":\"List\",\"items\":[]}", "it has no node, pod, RuntimeClass or event")]
    [InlineData("{\"kind\":\"Status\",\"status\":\"Failure\"}", "it has no node, pod, RuntimeClass or event")]
    [InlineData("{\"kind\":\"Node\"}", "'metadata' is missing")]
    [InlineData("{\"kind\":7}", "expected a string")]
    [InlineData("hello\nworld\n", "expected JSON of `kubectl get` or text of `kubectl describe pod`")]
    [InlineData("apiVersion: v1\nkind: List\nitems: []\n", "expected JSON of `kubectl get` or text of `kubectl describe pod`")]
    public void What_is_nothing_of_the_kind_is_an_error_with_its_fix(string input, string what)
    {
        var failure = FluentActions.Invoking(() => ClusterReader.Read(Encoding.UTF8.GetBytes(input), "standard input")).Should().Throw<FailureException>().Which.Failure;

        failure.What.Should().Be(what);
        failure.Where.Should().StartWith("standard input");
        failure.Fix.Should().Contain("kubectl get");
    }

    [Fact]
    public void Documents_and_text_one_after_the_other_are_read_and_a_broken_one_is_named_by_its_line()
    {
        var both = ClusterReader.Read(Encoding.UTF8.GetBytes(Node("a", """["runsc"]""") + Gvisor + "\nName: cart\nEvents: <none>\n" + Node("b", null) + "\n"), "f");

        both.Nodes.Select(node => node.Name).Should().Equal("a", "b");
        both.Classes.Should().ContainSingle();
        FluentActions.Invoking(() => ClusterReader.Read(Encoding.UTF8.GetBytes(Gvisor + "\n\n{\n \"kind\": x\n"), "f")).Should().Throw<FailureException>().Which.Failure.Where.Should().Be("f: line 4, byte 10");
    }

    static DoctorReport Examine(string input) => ClusterDoctor.Examine(ClusterReader.Read(Encoding.UTF8.GetBytes(input), "standard input"), [], "1.0");

    static DoctorLine Line(DoctorReport report, string name) => report.Lines.Where(line => line.Case == name).Should().NotBeEmpty(Text(report)).And.Subject.First();

    static string Text(DoctorReport report) => string.Join('\n', report.Lines.Select(line => line.ToString().Replace('{', '(').Replace('}', ')')));

    static string List(params string[] items) => $$"""{"kind":"List","items":[{{string.Join(',', items)}}]}""";

    static string Node(string name, string? handlers, string runtime = "containerd://2.1.4", string labels = "{}", string taints = "[]")
    {
        var listed = handlers is null ? "" : $$""","runtimeHandlers":[{{string.Join(',', handlers.Trim('[', ']').Split(',').Select(one => $$"""{"name":{{one}}}"""))}}]""";
        return $$$"""{"kind":"Node","metadata":{"name":"{{{name}}}","labels":{{{labels}}}},"spec":{"taints":{{{taints}}}},"status":{"nodeInfo":{"containerRuntimeVersion":"{{{runtime}}}","kernelVersion":"6.1.0"},"conditions":[{"type":"Ready","status":"True"}]{{{listed}}}}}""";
    }

    static string Pod(string space, string name, string? runtimeClass, bool ready = false, string overhead = "{}")
    {
        var named = runtimeClass is null ? "" : $"\"runtimeClassName\":\"{runtimeClass}\",";
        return $$$"""{"kind":"Pod","metadata":{"name":"{{{name}}}","namespace":"{{{space}}}"},"spec":{{{{named}}}"overhead":{{{overhead}}}},"status":{"phase":"{{{(ready ? "Running" : "Pending")}}}","conditions":[{"type":"Ready","status":"{{{(ready ? "True" : "False")}}}"}]}}""";
    }
}
