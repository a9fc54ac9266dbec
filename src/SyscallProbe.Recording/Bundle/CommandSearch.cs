using SyscallProbe.Recording.Host;

namespace SyscallProbe.Recording.Bundle;

/// <summary>Looks for a command in a container's files as execvp(3) does, so that a wrong name is told before runc prints its own words.</summary>
static class CommandSearch
{
    const uint Executable = 0x49; // 0111: for whom does not matter here

    /// <summary>False only when there certainly is no such command.</summary>
    /// <param name="root">The merged root, without the mounts that runc makes.</param>
    /// <param name="mounted">Folders that something else covers in the container.</param>
    /// <param name="kept">What of the host shows through in those.</param>
    public static bool IsFound(string command, string searchPath, string workingDirectory, RootFolder root, IReadOnlyList<string> mounted, IReadOnlyList<OciMount> kept)
    {
        string[] places = command.Contains('/')
            ? [Path.GetFullPath(command, workingDirectory)]
            : [.. searchPath.Split(':').Select(folder => Path.GetFullPath(Path.Combine(folder, command), workingDirectory))];
        return places.Any(IsThere);

        bool IsThere(string path)
        {
            if (kept.Any(mount => Mounting.Below(mount.Destination, path) is not null)) return File.Exists(path);
            var cover = mounted.FirstOrDefault(folder => Mounting.Below(folder, path) is not null);
            return cover is null ? root.IsFile(path, Executable) : cover is "/proc" or "/sys" or "/dev";
        }
    }
}
