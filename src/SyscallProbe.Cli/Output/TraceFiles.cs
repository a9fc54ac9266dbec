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

    /// <summary>Several traces as one; the order does not matter.</summary>
    /// <exception cref="FailureException">A file cannot be read or is no trace, or two share recordings in part.</exception>
    public static Trace ReadMerged(IEnumerable<string> paths, CliHost host) => paths.Select(path => Read(path, host)).Aggregate(TraceMerge.Merge);
}
