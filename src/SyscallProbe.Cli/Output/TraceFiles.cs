using SyscallProbe.Traces;

namespace SyscallProbe.Cli.Output;

/// <summary>Reads the traces that the command line names.</summary>
static class TraceFiles
{
    /// <exception cref="FailureException">The file cannot be read or is no trace.</exception>
    public static Trace Read(string path, CliHost host) => TraceJson.Read(InputFile.Read(path, host), InputFile.NameOf(path));

    /// <summary>Several traces as one; the order does not matter.</summary>
    /// <exception cref="FailureException">A file cannot be read or is no trace, or two share recordings in part.</exception>
    public static Trace ReadMerged(IEnumerable<string> paths, CliHost host) => paths.Select(path => Read(path, host)).Aggregate(TraceMerge.Merge);
}
