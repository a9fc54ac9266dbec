namespace SyscallProbe.Recording.Running;

/// <summary>A container that an engine has.</summary>
/// <param name="Engine">The engine as a person calls it: <c>podman</c>, <c>containerd (namespace k8s.io)</c>.</param>
/// <param name="Name">The name that it was found by; null where it has none but the id.</param>
/// <param name="Pid">Its init's process id; 0 where it does not run.</param>
/// <param name="State">In the engine's own word.</param>
/// <param name="Image">Null where the engine does not say.</param>
public sealed record FoundContainer(string Engine, string Id, string? Name, int Pid, string State, string? Image)
{
    /// <summary>As an error lists it.</summary>
    public override string ToString() => $"{Engine}: {Id}{(Name is null || Name == Id ? "" : $" ({Name})")}, {State}";
}
