using System.Buffers.Binary;
using System.Net.Sockets;

namespace SyscallProbe.Recording.Stacks;

/// <summary>Asks a .NET runtime, 8 or newer, to write its perf map.</summary>
/// <remarks>
/// One request and its answer, so that no client library with what hangs on it is linked into the binary for them. Source:
/// documentation/design-docs/ipc-protocol.md of dotnet/diagnostics: EnablePerfMap is command 5 of set 4.
/// </remarks>
static class DotnetRuntime
{
    const byte ProcessCommands = 4, EnablePerfMap = 5, ServerCommands = 0xff, Ok = 0;
    const uint PerfMapAlone = 3; // PerfMapType: no jitdump
    const int HeaderBytes = 20, PatienceMilliseconds = 10_000;

    /// <summary>Whether the process has a runtime whose map is complete from now on.</summary>
    /// <param name="ownPid">The process's id as it sees it itself.</param>
    public static bool WriteMap(int pid, int ownPid)
    {
        try
        {
            // In the mount namespace of the process; a socket's path has 108 bytes of room.
            var folder = new DirectoryInfo($"/proc/{pid}/root/tmp");
            if (folder.LinkTarget is not null) return false; // it would lead into our own root
            var port = folder.EnumerateFileSystemInfos($"dotnet-diagnostic-{ownPid}-*-socket").FirstOrDefault(entry => entry.LinkTarget is null)?.FullName;
            return port is not null && Ask(port);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SocketException or ArgumentException)
        {
            return false;
        }
    }

    static bool Ask(string port)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = PatienceMilliseconds, SendTimeout = PatienceMilliseconds };
        socket.Connect(new UnixDomainSocketEndPoint(port));
        Span<byte> message = stackalloc byte[HeaderBytes + sizeof(uint)];
        message.Clear();
        "DOTNET_IPC_V1"u8.CopyTo(message);
        BinaryPrimitives.WriteUInt16LittleEndian(message[14..], (ushort)message.Length);
        (message[16], message[17]) = (ProcessCommands, EnablePerfMap);
        BinaryPrimitives.WriteUInt32LittleEndian(message[HeaderBytes..], PerfMapAlone);
        socket.Send(message);
        var received = 0;
        while (received < HeaderBytes)
        {
            var more = socket.Receive(message[received..HeaderBytes]);
            if (more == 0) return false;
            received += more;
        }
        return message[16] == ServerCommands && message[17] == Ok;
    }
}
