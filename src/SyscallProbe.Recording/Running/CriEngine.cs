using System.Text.Json;

namespace SyscallProbe.Recording.Running;

/// <summary>Whatever has a Container Runtime Interface (CRI-O, containerd), by crictl.</summary>
sealed class CriEngine() : ContainerEngine("crictl")
{
    public override IReadOnlyList<ListedContainer> List(string text) => ParseList(this, Ask("ps", "--all", "--no-trunc", "--output", "json"));

    protected override FoundContainer? Inspect(ListedContainer listed) => ParseContainer(listed, Ask("inspect", "--output", "json", listed.Id));

    /// <summary>Reads <c>crictl ps</c>: ListContainersResponse of the CRI's api.proto (v1) as JSON.</summary>
    /// <exception cref="EngineException">It is not that.</exception>
    internal static IReadOnlyList<ListedContainer> ParseList(ContainerEngine engine, string json) => Reading(json, root =>
        (IReadOnlyList<ListedContainer>)[.. root.GetProperty("containers").EnumerateArray().Select(container =>
            new ListedContainer(engine, container.GetProperty("id").GetString()!, [container.GetProperty("metadata").GetProperty("name").GetString()!]))]);

    /// <summary>Reads <c>crictl inspect</c>: ContainerStatus, and <c>info</c>, in which both containerd and CRI-O have the init's number.</summary>
    /// <exception cref="EngineException">It is not that.</exception>
    internal static FoundContainer ParseContainer(ListedContainer listed, string json) => Reading(json, root =>
    {
        var status = root.GetProperty("status");
        var state = status.GetProperty("state").GetString()!;
        var isRunning = state == "CONTAINER_RUNNING";
        var pid = isRunning && root.TryGetProperty("info", out var info) && info.TryGetProperty("pid", out var number) ? number.GetInt32() : 0;
        var pod = status.TryGetProperty("labels", out var labels) && labels.TryGetProperty("io.kubernetes.pod.name", out var label) ? label.GetString() : null;
        var name = listed.Names.FirstOrDefault();
        return new FoundContainer("CRI (crictl)", listed.Id, pod is null ? name : $"{name} of the pod {pod}", pid, state["CONTAINER_".Length..].ToLowerInvariant(),
            status.TryGetProperty("image", out var image) && image.TryGetProperty("image", out var reference) ? reference.GetString() : null);
    });

    static T Reading<T>(string json, Func<JsonElement, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentOutOfRangeException)
        {
            throw new EngineException($"crictl: its answer is not of the form that is known: {Failures.Cut(e.Message)}", e);
        }
    }
}
