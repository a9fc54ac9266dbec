using SyscallProbe.Recording.Host;
using SyscallProbe.Recording.Interop;
using Tmds.Linux;

namespace SyscallProbe.Recording.Bundle;

/// <summary>A container's files: a root file system, and each mount below it, under an overlay whose writes go to memory.</summary>
/// <remarks>
/// <para>
/// The mounts live in a mount namespace of their own, which is that of the <i>thread</i> that calls <see cref="EnterNamespace"/>: a child started from this thread
/// (runc create) inherits it, and so does the container's init. When the thread has ended, the container's processes alone hold the mounts. Whatever ends
/// them, SIGKILL of the tool and of all else included, the kernel then takes the mounts down, and the host's own namespace has never seen one.
/// </para>
/// <para>A thread may leave the process's namespace on its own: unshare(CLONE_NEWNS) also unshares its CLONE_FS, no other thread is touched (kernel/fork.c, v6.18).</para>
/// </remarks>
sealed class ScratchRoot
{
    const long LargestCopiedFile = 16 << 20;

    // Any lookup has to go through this thread's own entry: /proc/self is the main thread, which lives in another mount namespace.
    const string OwnFds = "/proc/thread-self/fd/";

    readonly string _scratch;
    readonly List<string> _readOnly = [];
    readonly List<string> _leftOut = [];
    int _layers;

    ScratchRoot(string scratch, string root)
    {
        _scratch = scratch;
        Root = root;
    }

    /// <summary>The merged root.</summary>
    public string Root { get; }

    /// <summary>What is not as on the host, a sentence each.</summary>
    public IEnumerable<string> Notes
    {
        get
        {
            if (_readOnly.Count > 0) yield return $"read-only in the container, as overlayfs does not take their file systems: {string.Join(", ", _readOnly)}";
            if (_leftOut.Count > 0) yield return $"not in the container: {string.Join(", ", _leftOut)}";
        }
    }

    /// <summary>Gives the calling thread a mount namespace of its own, out of which no mount spreads.</summary>
    /// <exception cref="FailureException">CAP_SYS_ADMIN is missing.</exception>
    public static void EnterNamespace()
    {
        try
        {
            KernelCall.Check(LibC.unshare(LibC.CLONE_NEWNS), "unshare", "CLONE_NEWNS");
            Mounting.Mount(null, "/", null, LibC.MS_REC | LibC.MS_PRIVATE, null);
        }
        catch (KernelCallException e)
        {
            throw new FailureException(Failures.NoMountNamespace(e.Message), e);
        }
    }

    /// <summary>Lays the overlays. The calling thread must have entered a namespace of its own.</summary>
    /// <param name="lower">The root file system that shows through; canonical.</param>
    /// <param name="scratch">An empty folder for the written files, which a tmpfs covers.</param>
    /// <param name="root">An empty folder to mount the merged root on.</param>
    /// <param name="fresh">Paths, as the container sees them, below which the host's mounts are not wanted.</param>
    /// <exception cref="FailureException">The root's file system cannot lie under an overlay, or a mount failed.</exception>
    public static ScratchRoot Lay(string lower, string scratch, string root, IReadOnlyList<string> fresh)
    {
        var result = new ScratchRoot(scratch, root);
        try
        {
            Mounting.Mount("syscallprobe", scratch, "tmpfs", LibC.MS_NOSUID | LibC.MS_NODEV, "mode=0700");
            var mounts = MountPoint.ParseAll(File.ReadAllText("/proc/thread-self/mountinfo"));
            try
            {
                result.Layer(lower, root, 0u);
            }
            catch (KernelCallException e) when (UserNamespace.IsInside && e.Errno.Value == LibC.EINVAL)
            {
                // A user namespace may not lay an overlay on a folder below which something is mounted: then each folder in it has its own.
                var pieces = scratch + "/pieces";
                Directory.CreateDirectory(pieces);
                Mounting.Mount(pieces, root, null, LibC.MS_BIND, null);
                result.LayPieces(lower, root, "", fresh);
                return result;
            }
            catch (KernelCallException e)
            {
                throw new FailureException(Failures.NoScratchLayer(lower, e.Message), e);
            }
            // A mount point lies on what is mounted above it, so parents come first.
            foreach (var mount in mounts.OrderBy(m => m.Path.Length).ThenBy(m => m.Id))
            {
                var below = Mounting.Below(lower, mount.Path);
                if (below is null or "/" || mount.IsPseudo || fresh.Any(folder => Mounting.Below(folder, below) is not null)) continue;
                if (mount.Path == scratch || mount.Path == root || !Mounting.IsOnTop(mount)) continue;
                result.Overlay(mount, root + below);
            }
        }
        catch (Exception e) when (e is KernelCallException or IOException)
        {
            throw new FailureException(Failures.ScratchFailed(e.Message), e);
        }
        return result;
    }

    void LayPieces(string lower, string root, string folder, IReadOnlyList<string> fresh)
    {
        foreach (var entry in new DirectoryInfo(lower == "/" ? $"/{folder}" : lower + folder).EnumerateFileSystemInfos())
        {
            var path = $"{folder}/{entry.Name}";
            var target = root + path;
            try
            {
                if (entry.LinkTarget is { } link) File.CreateSymbolicLink(target, link);
                else if (entry is FileInfo file) CopyFile(file, target);
                else if (Directory.CreateDirectory(target).Exists && !fresh.Contains(path)) LayPiece(entry.FullName, target, () => LayPieces(lower, root, path, fresh));
            }
            catch (Exception e) when (e is KernelCallException or IOException or UnauthorizedAccessException)
            {
                _leftOut.Add(path);
            }
        }
    }

    void LayPiece(string lower, string target, Action otherwise)
    {
        try
        {
            Layer(lower, target, 0u);
        }
        catch (KernelCallException e) when (e.Errno.Value == LibC.EINVAL)
        {
            otherwise();
        }
    }

    // What is in the root itself is small, save for a swap file.
    void CopyFile(FileInfo file, string target)
    {
        if (Mounting.RegularFileSize(file.FullName) is not <= LargestCopiedFile) throw new IOException("neither a folder nor a small file");
        file.CopyTo(target);
    }

    /// <summary>Puts an overlay of a folder at a new place in the scratch folder, and returns the place.</summary>
    /// <exception cref="FailureException">Overlayfs refuses the folder.</exception>
    public string Keep(string folder)
    {
        var place = $"{_scratch}/kept{_layers}";
        Directory.CreateDirectory(place);
        try
        {
            Layer(folder, place, 0u);
        }
        catch (KernelCallException e)
        {
            throw new FailureException(Failures.NoScratchLayer(folder, e.Message), e);
        }
        return place;
    }

    /// <summary>Repeats one of the host's mounts in the merged root: as an overlay, else as a copy, else read-only, else not at all.</summary>
    void Overlay(MountPoint mount, string target)
    {
        var flags = Mounting.FlagsOf(mount);
        try
        {
            if (Directory.Exists(mount.Path))
            {
                try
                {
                    Layer(mount.Path, target, flags);
                }
                catch (KernelCallException)
                {
                    Mounting.BindReadOnly(mount.Path, target, flags);
                    _readOnly.Add($"{mount.Path} ({mount.FileSystem})");
                }
            }
            else if (Mounting.RegularFileSize(mount.Path) is not { } size)
            {
                // A socket or device leads out of the container.
                _leftOut.Add(mount.Path);
            }
            else if (size <= LargestCopiedFile)
            {
                var copy = $"{_scratch}/file{_layers++}";
                File.Copy(mount.Path, copy);
                Mounting.CopyOwnerAndMode(mount.Path, copy);
                Mounting.Mount(copy, target, null, LibC.MS_BIND, null);
            }
            else
            {
                Mounting.BindReadOnly(mount.Path, target, flags);
                _readOnly.Add(mount.Path);
            }
        }
        catch (Exception e) when (e is KernelCallException or IOException or UnauthorizedAccessException)
        {
            _leftOut.Add(mount.Path);
        }
    }

    void Layer(string lower, string target, ulong_t flags)
    {
        string upper = $"{_scratch}/upper{_layers}", work = $"{_scratch}/work{_layers}";
        _layers++;
        Directory.CreateDirectory(upper);
        Directory.CreateDirectory(work);
        // The merged folder has the upper one's owner and mode.
        Mounting.CopyOwnerAndMode(lower, upper);
        // By descriptor: a path may hold the characters that part options and layers.
        using var folder = Mounting.OpenPath(lower);
        var lowerDir = OwnFds + folder.DangerousGetHandle();
        // redirect_dir: without it, renaming a folder of the lower layer fails with EXDEV, which it does not on the host. A user namespace may not have it.
        var notes = UserNamespace.IsInside ? "userxattr" : "redirect_dir=on";
        Mounting.Mount("syscallprobe", target, "overlay", flags, $"lowerdir={lowerDir},upperdir={upper},workdir={work},{notes}");
    }
}
