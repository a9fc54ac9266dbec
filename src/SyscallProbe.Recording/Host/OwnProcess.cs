using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using SyscallProbe.Recording.Interop;
using Tmds.Linux;

namespace SyscallProbe.Recording.Host;

/// <summary>What this process was started with, byte by byte, and how it becomes another program.</summary>
public static partial class OwnProcess
{
    /// <summary>The program's own name and its arguments as they were given, which need not be UTF-8.</summary>
    public static byte[][] Words()
    {
        var text = File.ReadAllBytes("/proc/self/cmdline");
        var words = new List<byte[]>();
        for (var start = 0; start < text.Length;)
        {
            var length = text.AsSpan(start).IndexOf((byte)0);
            words.Add(text[start..(start + length)]);
            start += length + 1;
        }
        return [.. words];
    }

    /// <summary>Becomes another program: same process id, environment, working directory and descriptors. Returns only on failure.</summary>
    /// <param name="path">Absolute; also the program's own name.</param>
    /// <param name="arguments">Without the program's own name.</param>
    /// <returns>Why it failed.</returns>
    public static unsafe Errno Become(string path, IReadOnlyList<byte[]> arguments)
    {
        // The one signal that .NET ignores, and an ignored signal stays ignored.
        KernelCall.ResetSignal(LibC.SIGPIPE);
        var argv = (byte**)NativeMemory.AllocZeroed((nuint)arguments.Count + 2, (nuint)sizeof(byte*));
        argv[0] = Copy(Encoding.UTF8.GetBytes(path));
        for (var i = 0; i < arguments.Count; i++) argv[i + 1] = Copy(arguments[i]);
        Execv(argv[0], argv);
        // Nothing is freed: the process ends.
        return new Errno(Marshal.GetLastPInvokeError());
    }

    /// <summary>The open descriptors from 3 on that a program which is started inherits.</summary>
    public static IReadOnlyList<int> InheritableDescriptors() =>
        [.. Directory.GetFileSystemEntries("/proc/self/fd").Select(path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture)).Where(fd => fd > 2 && IsInheritable(fd))];

    static unsafe bool IsInheritable(int fd)
    {
        var flags = LibC.fcntl(fd, LibC.F_GETFD, 0);
        return flags >= 0 && (flags & LibC.FD_CLOEXEC) == 0;
    }

    static unsafe byte* Copy(byte[] text)
    {
        var copy = (byte*)NativeMemory.AllocZeroed((nuint)text.Length + 1);
        text.CopyTo(new Span<byte>(copy, text.Length));
        return copy;
    }

    [LibraryImport("libc", EntryPoint = "execv", SetLastError = true)]
    private static unsafe partial int Execv(byte* path, byte** argv);
}
