using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace RawSocket;

/// <summary>Opens a raw socket, as a ping does: gVisor gives none without --net-raw.</summary>
static class Program
{
    static void Main()
    {
        new Pinger().Open();
        // Long enough for its runtime to be asked for the names of its methods.
        Thread.Sleep(3000);
    }
}

sealed class Pinger
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Open()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Icmp);
        Console.WriteLine("raw socket");
    }
}
