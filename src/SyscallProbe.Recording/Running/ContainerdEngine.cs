namespace SyscallProbe.Recording.Running;

/// <summary>containerd by ctr, in all of its namespaces, that of the kubelet first: by id, and by the name that the CRI or nerdctl gave.</summary>
sealed class ContainerdEngine() : ContainerEngine("ctr")
{
    const string OfKubelet = "k8s.io";

    static readonly string[] s_nameLabels = ["io.kubernetes.container.name", "nerdctl/name"];

    public override IReadOnlyList<ListedContainer> List(string text) =>
        [.. Lines(Ask("namespaces", "list", "--quiet")).OrderBy(name => name != OfKubelet).SelectMany(name => ListIn(name, text))];

    protected override FoundContainer? Inspect(ListedContainer listed)
    {
        // TASK    PID    STATUS
        var task = Lines(Ask("--namespace", listed.Place, "tasks", "list")).Select(Fields).FirstOrDefault(fields => fields.Length >= 3 && fields[0] == listed.Id);
        // CONTAINER    IMAGE    RUNTIME
        var container = Lines(Ask("--namespace", listed.Place, "containers", "list")).Select(Fields).FirstOrDefault(fields => fields.Length >= 2 && fields[0] == listed.Id);
        if (container is null) return null;
        var isRunning = task is not null && task[2] is not "STOPPED";
        return new FoundContainer($"containerd (namespace {listed.Place})", listed.Id, listed.Names.FirstOrDefault(), isRunning ? Number(task![1]) : 0,
            task?[2].ToLowerInvariant() ?? "created", container[1] == "-" ? null : container[1]);
    }

    IEnumerable<ListedContainer> ListIn(string place, string text)
    {
        // A filter's value in quotes, as in Go; a name that needs an escape is no container's.
        var isName = text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
        var named = isName ? Lines(Ask(["--namespace", place, "containers", "list", "--quiet", .. s_nameLabels.Select(label => $"labels.\"{label}\"==\"{text}\"")])).ToHashSet() : [];
        return Lines(Ask("--namespace", place, "containers", "list", "--quiet")).Select(id => new ListedContainer(this, id, named.Contains(id) ? [text] : [], place));
    }

    static string[] Fields(string line) => line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
}
