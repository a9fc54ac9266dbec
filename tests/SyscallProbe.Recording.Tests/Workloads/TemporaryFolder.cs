namespace SyscallProbe.Recording.Tests.Workloads;

/// <summary>A folder that is gone after the test.</summary>
sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("syscallprobe-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
