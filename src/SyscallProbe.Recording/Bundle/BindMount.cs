namespace SyscallProbe.Recording.Bundle;

/// <summary>A file or folder of the host that the workload sees, and writes to, as it is.</summary>
/// <param name="Source">Absolute path on the host.</param>
/// <param name="Destination">Absolute path in the container; made where it does not exist.</param>
public sealed record BindMount(string Source, string Destination, bool IsReadOnly)
{
    /// <summary>Reads <c>SRC:DST</c> or <c>SRC:DST:ro</c>; a relative source is one of <paramref name="workingDirectory"/>.</summary>
    /// <exception cref="FailureException">Another form, a destination that is not absolute, or a source that does not exist.</exception>
    public static BindMount Parse(string text, string workingDirectory)
    {
        var parts = text.Split(':');
        var isValid = parts is [{ Length: > 0 }, { Length: > 1 } target, ..] && target[0] == '/' && (parts.Length == 2 || parts is [_, _, "ro" or "rw"]);
        if (!isValid) throw new FailureException(Failures.MountForm(text));
        var source = Path.GetFullPath(parts[0], workingDirectory);
        if (!Path.Exists(source)) throw new FailureException(Failures.NoMountSource(text, source));
        return new BindMount(source, parts[1], parts is [_, _, "ro"]);
    }
}
