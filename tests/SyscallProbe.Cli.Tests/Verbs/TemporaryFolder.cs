namespace SyscallProbe.Cli.Tests.Verbs;

/// <summary>A folder of a test's own, gone after it.</summary>
sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("syscallprobe-test-").FullName;

    /// <summary>Writes a shell script that can be run.</summary>
    public string Script(string body)
    {
        var path = System.IO.Path.Combine(Path, "program");
        File.WriteAllText(path, "#!/bin/sh\n" + body);
        if (OperatingSystem.IsLinux()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
