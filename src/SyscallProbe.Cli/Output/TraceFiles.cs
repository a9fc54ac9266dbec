using System.Text;
using SyscallProbe.Traces;

namespace SyscallProbe.Cli.Output;

/// <summary>Reads and writes the traces that the command line names.</summary>
static class TraceFiles
{
    /// <exception cref="FailureException">The file cannot be read or is no trace.</exception>
    public static Trace Read(string path, CliHost host) => TraceJson.Read(InputFile.Read(path, host), InputFile.NameOf(path));

    /// <summary>Writes a trace; the file is not complete by that.</summary>
    public static void Write(ResultFile file, Trace trace) => file.Writer.Write(Encoding.UTF8.GetString(TraceJson.Write(trace)));

    /// <summary>Saves what was recorded when what follows cannot be done: a recording may have cost hours.</summary>
    /// <remarks>In a file of its own in the temporary folder that only its user may read. Throws nothing: what made it necessary is to be told.</remarks>
    public static void Keep(Trace trace, CliHost host)
    {
        var path = Path.Combine(Path.GetTempPath(), $"syscallprobe-{Guid.NewGuid():N}.trace.json");
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (OperatingSystem.IsLinux()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using (var file = new FileStream(path, options))
            {
                file.Write(TraceJson.Write(trace));
            }
            host.Warning($"the recorded trace is kept in {path}: `syscallprobe assess {path}` judges it");
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            host.Warning($"the recorded trace is lost: {wrong.Message.TrimEnd('.')}");
        }
    }

    /// <summary>Several traces as one; the order does not matter.</summary>
    /// <exception cref="FailureException">A file cannot be read or is no trace, or two share recordings in part.</exception>
    public static Trace ReadMerged(IEnumerable<string> paths, CliHost host) => paths.Select(path => Read(path, host)).Aggregate(TraceMerge.Merge);
}
