using System.Text;
using SyscallProbe.Recording.Interop;
using Tmds.Linux;

namespace SyscallProbe.Recording.Host;

/// <summary>Locks a folder against other processes; the kernel gives the lock back when this one ends, however it does.</summary>
sealed unsafe class FolderLock : IDisposable
{
    int _fd;

    FolderLock(int fd) => _fd = fd;

    /// <summary>A process that is given a copy of this descriptor holds the lock too, until both have closed it.</summary>
    public int Fd => _fd;

    /// <summary>Waits for the lock of a folder that is made where it does not exist (0700).</summary>
    /// <param name="isCancelled">Asked while waiting.</param>
    /// <returns>Null when cancelled.</returns>
    /// <exception cref="KernelCallException">The folder cannot be made or opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It is another user's, or others can write to it.</exception>
    public static FolderLock? Wait(string path, Func<bool> isCancelled)
    {
        while (!isCancelled())
        {
            if (Make(path) is { } made) return made;
            Thread.Sleep(10);
        }
        return null;
    }

    /// <summary>Takes the lock of a folder or file that exists. Null when another process has it, or the path is gone.</summary>
    public static FolderLock? Try(string path)
    {
        fixed (byte* text = Encoding.UTF8.GetBytes(path + '\0'))
        {
            var fd = LibC.open(text, LibC.O_RDONLY | LibC.O_CLOEXEC | LibC.O_NOFOLLOW);
            if (fd < 0) return LibC.errno == LibC.ENOENT ? null : throw new KernelCallException("open", path, LibC.errno);
            // Who waited may hold the lock of something that its last owner has removed since.
            stat locked, current;
            if (KernelCall.Flock(fd, FcntlHeader.LOCK_EX | FcntlHeader.LOCK_NB) == 0 && LibC.fstat(fd, &locked) == 0 && LibC.stat(text, &current) == 0
                && locked.st_ino == current.st_ino && locked.st_dev == current.st_dev)
            {
                return new FolderLock(fd);
            }
            LibC.close(fd);
            return null;
        }
    }

    public void Dispose()
    {
        if (_fd < 0) return;
        LibC.close(_fd);
        _fd = -1;
    }

    static FolderLock? Make(string path)
    {
        fixed (byte* text = Encoding.UTF8.GetBytes(path + '\0'))
        {
            const ushort onlyOwner = 0x1c0; // 0700
            if (LibC.mkdir(text, onlyOwner) != 0 && LibC.errno != LibC.EEXIST) throw new KernelCallException("mkdir", path, LibC.errno);
        }
        var taken = Try(path);
        if (taken is null || IsOnlyOurs(taken._fd)) return taken;
        taken.Dispose();
        throw new UnauthorizedAccessException($"'{path}' belongs to another user, or others can write to it: remove it");
    }

    // Below /tmp anybody can make a folder of that name first, and what is kept in it decides what is removed.
    static bool IsOnlyOurs(int fd)
    {
        stat info;
        return LibC.fstat(fd, &info) == 0 && info.st_uid == LibC.geteuid() && (info.st_mode & (LibC.S_IWGRP | LibC.S_IWOTH)) == 0;
    }
}
