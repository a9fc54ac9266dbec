using System.Net.Sockets;

namespace SyscallProbe.Recording.Stacks;

/// <summary>Asks a JVM, 17 or newer, to write its perf map.</summary>
/// <remarks>
/// By the socket of its attach listener, which is there from the start with <see cref="RuntimeVariables"/>; without it a JVM makes one at a SIGQUIT, by which one
/// that is not ready ends. Source: src/hotspot/os/posix/attachListener_posix.cpp of openjdk/jdk (jdk-17): version, command and three arguments, each with a NUL;
/// the answer begins with the result.
/// </remarks>
static class JavaRuntime
{
    const int PatienceMilliseconds = 10_000;

    static ReadOnlySpan<byte> Request => "1\0jcmd\0Compiler.perfmap\0\0\0"u8;

    /// <summary>Whether the process has a JVM that has written what it has compiled so far.</summary>
    /// <param name="ownPid">The process's id as it sees it itself.</param>
    public static bool WriteMap(int pid, int ownPid)
    {
        try
        {
            // In the mount namespace of the process; a link would lead into our own root.
            var folder = new DirectoryInfo($"/proc/{pid}/root/tmp");
            var port = new FileInfo($"{folder.FullName}/.java_pid{ownPid}");
            if (folder.LinkTarget is not null || !port.Exists || port.LinkTarget is not null) return false;
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = PatienceMilliseconds, SendTimeout = PatienceMilliseconds };
            socket.Connect(new UnixDomainSocketEndPoint(port.FullName));
            socket.Send(Request);
            Span<byte> result = stackalloc byte[1];
            return socket.Receive(result) == 1 && result[0] == '0';
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SocketException or ArgumentException)
        {
            return false;
        }
    }
}
