using System.Collections.Immutable;
using SyscallProbe.Recording.Host;
using SyscallProbe.Recording.Images;
using SyscallProbe.Recording.Interop;

namespace SyscallProbe.Recording.Engines;

/// <summary>A container image in a folder of its own on disk, for as long as workloads run from it.</summary>
/// <remarks>
/// The folder is gone after <see cref="Dispose"/> and at the end of the process. After a SIGKILL it stays until the next workload or image is made: see <see cref="Sweep"/>.
/// Costs as much disk as the image has content, below /var/tmp, as /run is in memory.
/// </remarks>
public sealed class UnpackedImage : IDisposable
{
    readonly RunFolder _run;
    readonly Lock _gate = new();
    bool _isRemoved;

    UnpackedImage(RunFolder run)
    {
        _run = run;
        AppDomain.CurrentDomain.UnhandledException += OnProcessEnd;
        AppDomain.CurrentDomain.ProcessExit += OnProcessEnd;
    }

    /// <summary>The image's files.</summary>
    public string Root => _run.Root;

    /// <summary>Its name with its tag, or the digest of its configuration.</summary>
    public string Name => Manifest.Name;

    /// <summary>What it runs by default: its entry point and command.</summary>
    /// <param name="arguments">Take the place of its command; none keeps it.</param>
    public ImmutableArray<string> ArgvOf(ImmutableArray<string> arguments) => [.. Manifest.Entrypoint, .. arguments.IsEmpty ? Manifest.Command : arguments];

    /// <summary>The variables that it sets, in its order.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Environment => Manifest.Environment;

    /// <summary>The user that it runs as; null is root.</summary>
    public string? User => Manifest.User;

    /// <summary>Absolute; null is <c>/</c>.</summary>
    public string? WorkingDirectory => Manifest.WorkingDirectory;

    /// <summary>What is not as in the image, a sentence each.</summary>
    public ImmutableArray<string> Notes { get; private set; } = [];

    ImageManifest Manifest { get; set; } = null!;

    internal static string StateFolder => $"/var/tmp/syscallprobe-{UserNamespace.HostUser}";

    /// <summary>Unpacks an archive of docker save or podman save, or an OCI image layout in a folder or archive. Every layer's digest is checked.</summary>
    /// <exception cref="FailureException">It is damaged or hostile, or not for this machine (<see cref="FailureCode.BadInput"/>); nothing is left behind.</exception>
    public static UnpackedImage Unpack(string path) => Unpack(path, StateFolder);

    internal static UnpackedImage Unpack(string path, string state)
    {
        using var signals = new SignalRelay();
        UnpackedImage? image = null;
        try
        {
            Sweep(state);
            using (FolderLock.Wait(state, () => signals.IsEndPending) ?? throw new FailureException(Failures.Interrupted)) image = new UnpackedImage(RunFolder.Create(state));
            image.Fill(path, () => signals.IsEndPending);
            return image;
        }
        catch (Exception e)
        {
            image?.Dispose();
            if (e is KernelCallException or IOException or UnauthorizedAccessException or InvalidDataException) throw new FailureException(Failures.BadImage(path, e.Message), e);
            throw;
        }
    }

    /// <summary>Removes the images of tools that were killed.</summary>
    internal static void Sweep(string state)
    {
        try
        {
            if (!Directory.Exists(state) || Directory.GetFileSystemEntries(state).Length == 0) return;
            using var gate = FolderLock.Wait(state, () => false);
            foreach (var run in RunFolder.Abandoned(state).ToList()) run.Remove();
        }
        catch (Exception e) when (e is KernelCallException or IOException or UnauthorizedAccessException)
        {
            // Another user's folder under our name hinders nobody but who wants to unpack an image, who is told.
        }
    }

    /// <summary>Removes the files. No workload may run from them any more.</summary>
    public void Dispose()
    {
        AppDomain.CurrentDomain.UnhandledException -= OnProcessEnd;
        AppDomain.CurrentDomain.ProcessExit -= OnProcessEnd;
        Remove();
    }

    void Fill(string path, Func<bool> isCancelled)
    {
        var copy = _run.Scratch + "/archive.tar";
        using var files = ImageFiles.Open(path, copy);
        // Its descriptor keeps it.
        File.Delete(copy);
        Manifest = ImageManifest.Read(files, path, Kernel.HostAbi.Name());
        File.SetUnixFileMode(_run.Root, (UnixFileMode)0x1ed); // 0755, whatever the umask
        using var unpacker = new LayerUnpacker(_run.Root, isCancelled);
        foreach (var layer in Manifest.Layers) unpacker.Unpack(files, layer, path);
        if (isCancelled()) throw new FailureException(Failures.Interrupted);
        Notes = [.. unpacker.Notes];
    }

    void Remove()
    {
        lock (_gate)
        {
            if (_isRemoved) return;
            _isRemoved = true;
            try
            {
                using var gate = FolderLock.Wait(_run.State, () => false);
                _run.Remove();
            }
            catch (Exception e) when (e is KernelCallException or UnauthorizedAccessException)
            {
                // The next start tries again.
                _run.Dispose();
            }
        }
    }

    void OnProcessEnd(object? sender, EventArgs e) => Remove();
}
