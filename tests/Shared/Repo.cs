namespace SyscallProbe.Tests;

/// <summary>Finds the repository that the running tests were built from.</summary>
static class Repo
{
    /// <summary>The folder that holds SyscallProbe.sln.</summary>
    public static string Root { get; } = Find();

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    static string Find()
    {
        for (var dir = AppContext.BaseDirectory; dir is not null; dir = Path.GetDirectoryName(dir))
        {
            if (File.Exists(Path.Combine(dir, "SyscallProbe.sln"))) return dir;
        }
        throw new InvalidOperationException($"no SyscallProbe.sln above '{AppContext.BaseDirectory}': run the tests from a checkout");
    }
}
