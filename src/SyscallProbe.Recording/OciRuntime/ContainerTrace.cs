using System.Collections.Immutable;
using SyscallProbe.Recording.Bundle;
using SyscallProbe.Recording.Host;
using SyscallProbe.Traces;

namespace SyscallProbe.Recording.OciRuntime;

/// <summary>The trace of a container that an engine runs.</summary>
static class ContainerTrace
{
    // What the engines call the image; containerd's and CRI-O's CRI, Podman has no annotation for it.
    static readonly string[] s_imageNames = ["io.kubernetes.cri.image-name", "io.kubernetes.cri-o.ImageName"];

    /// <param name="bundle">Null where it could not be read.</param>
    /// <param name="calls">Null where nothing could be recorded; then a reason says why.</param>
    /// <param name="end">Null where it is not known.</param>
    /// <param name="isStopped">Whether the engine sent it a signal: then its end is no failure, and no success either.</param>
    public static Trace Of(BundleFile? bundle, RecordedCalls? calls, ExitStatus? end, bool isStopped, bool isFromFirstInstruction, IEnumerable<string> reasons)
    {
        var subject = new Subject(bundle?.Argv ?? [], ImageOf(bundle), BpfRecorder.HostAbi, HostKernel.Release) { Capabilities = bundle?.Bounding };
        return new Trace([Guid.NewGuid()], [subject], new Evidence
        {
            Events = calls?.Events ?? 0,
            Lost = calls?.Lost ?? 0,
            ExitCode = end?.ExitCode,
            Signal = end?.Signal,
            Succeeded = end switch { null => null, { ExitCode: 0 } => true, _ => isStopped ? null : false },
            FromFirstInstruction = isFromFirstInstruction,
            SeccompFilter = calls?.SeccompFilter ?? false,
            Recorders = calls?.Recorder is { } name ? [name] : [],
            Reasons = (calls?.Reasons ?? []).Union(reasons),
        }, calls?.Observations ?? []);
    }

    /// <summary>Writes a trace into a folder, under a name of its own; it is there whole or not at all.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public static void Write(Trace trace, string folder, string id)
    {
        const UnixFileMode ownerAndGroup = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        const int longestId = 150;
        Directory.CreateDirectory(folder, ownerAndGroup | UnixFileMode.UserExecute | UnixFileMode.GroupExecute);
        // A container id may come again, a trace's id does not.
        var name = $"{id[..Math.Min(id.Length, longestId)]}-{trace.Ids[0].ToString("N")[..8]}.trace.json";
        var temporary = $"{folder}/.{name}.part";
        try
        {
            using (var file = new FileStream(temporary, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = ownerAndGroup }))
            {
                file.Write(TraceJson.Write(trace));
                file.Flush(flushToDisk: true);
            }
            File.Move(temporary, $"{folder}/{name}");
        }
        catch (IOException)
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Reads a bundle; null where there is none or it is not one: runc says what is wrong with it.</summary>
    public static BundleFile? ReadBundle(string? directory)
    {
        try
        {
            return directory is null ? null : BundleFile.Read(directory);
        }
        catch (FailureException)
        {
            return null;
        }
    }

    /// <summary>Whether it is the container that holds a pod's namespaces and runs nothing of the workload.</summary>
    public static bool IsSandbox(BundleFile bundle) =>
        bundle.Annotations.GetValueOrDefault("io.kubernetes.cri.container-type") == "sandbox" || bundle.Annotations.GetValueOrDefault("io.kubernetes.cri-o.ContainerType") == "sandbox";

    static string? ImageOf(BundleFile? bundle) => bundle is null ? null : s_imageNames.Select(name => bundle.Annotations.GetValueOrDefault(name)).FirstOrDefault(image => image is not null);
}
