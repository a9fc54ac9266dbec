namespace SyscallProbe.Recording.Host;

/// <summary>Looks for programs on this machine.</summary>
static class ProgramPath
{
    const uint Executable = 0x49; // 0111: for whom does not matter here

    /// <summary>The first file of that name that may be executed in an absolute folder of a search path; null when there is none.</summary>
    public static string? Find(string program, string searchPath)
    {
        using var root = new RootFolder("/");
        return searchPath.Split(':').Where(Path.IsPathRooted).Select(folder => Path.Combine(folder, program)).FirstOrDefault(file => root.IsFile(file, Executable));
    }
}
