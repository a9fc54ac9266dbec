using System.Net.Sockets;
using Microsoft.Diagnostics.NETCore.Client;

namespace SyscallProbe.Recording.Stacks;

/// <summary>Asks a .NET runtime, 8 or newer, to write its perf map.</summary>
static class DotnetRuntime
{
    // The client waits for an answer for ever, and what listens there is the workload's.
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <summary>Whether the process has a runtime whose map is complete from now on.</summary>
    /// <param name="ownPid">The process's id as it sees it itself.</param>
    public static bool WriteMap(int pid, int ownPid)
    {
        try
        {
            // In the mount namespace of the process, where the client does not look by itself.
            var folder = new DirectoryInfo($"/proc/{pid}/root/tmp");
            if (folder.LinkTarget is not null) return false; // it would lead into our own root
            var prefix = $"dotnet-diagnostic-{ownPid}-";
            const string suffix = "-socket";
            // The client takes a comma in a path for the beginning of an option.
            var port = folder.EnumerateFileSystemInfos($"{prefix}*{suffix}").FirstOrDefault(entry => entry.LinkTarget is null && entry.Name[prefix.Length..^suffix.Length].All(char.IsAsciiDigit));
            return port is not null && Task.Run(() => Ask(port.FullName)).Wait(s_patience);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or AggregateException)
        {
            return false;
        }
    }

    static async Task Ask(string port)
    {
        using var patience = new CancellationTokenSource(s_patience);
        await using var connector = await DiagnosticsClientConnector.FromDiagnosticPort(port + ",connect", patience.Token)
            ?? throw new SocketException((int)SocketError.ConnectionRefused);
        connector.Instance.EnablePerfMap(PerfMapType.PerfMap);
    }
}
