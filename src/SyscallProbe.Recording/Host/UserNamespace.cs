using System.Globalization;
using System.Text;
using SyscallProbe.Recording.Interop;

namespace SyscallProbe.Recording.Host;

/// <summary>A user namespace, in which an ordinary user is root over what is in it: enough for runc, mounts and ptrace, not for eBPF or cgroups.</summary>
public static class UserNamespace
{
    static readonly Lazy<bool> s_isInside = new(() => !IsOfHost(File.ReadAllText("/proc/self/uid_map")));

    /// <summary>Whether this process is in another than the host's own.</summary>
    public static bool IsInside => s_isInside.Value;

    /// <summary>The user's number on the host, inside and outside.</summary>
    public static uint HostUser => IsInside ? OuterUser : (uint)Tmds.Linux.LibC.geteuid();

    /// <summary>The number outside of the user that is root inside.</summary>
    public static uint OuterUser
    {
        get
        {
            var fields = File.ReadAllText("/proc/self/uid_map").Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
            return fields.Length > 1 && fields[0] == "0" && uint.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var user) ? user : 0;
        }
    }

    /// <summary>Runs this program anew as root of a new user namespace: a process with threads cannot enter one.</summary>
    /// <returns>Why it cannot be, or never.</returns>
    /// <remarks>By unshare(1) of util-linux, as the new process must have been mapped by one outside. Process id, streams and environment stay.</remarks>
    public static string Enter()
    {
        const string unshare = "/usr/bin/unshare";
        if (!File.Exists(unshare)) return $"there is no {unshare}";
        string[] options = ["--user", "--map-root-user", "--mount"];
        // First a program that does nothing: once we are replaced there is no way back.
        if (Refusal(unshare, [.. options, "/bin/true"]) is { } refusal) return refusal;
        var command = Encoding.UTF8.GetString(File.ReadAllBytes("/proc/self/cmdline")).Split('\0')[1..^1];
        return ChildProcess.Replace(unshare, [.. options, Environment.ProcessPath!, .. command]).Message;
    }

    internal static bool IsOfHost(string map) => map.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries) is ["0", "0", "4294967295"];

    static string? Refusal(string program, string[] arguments)
    {
        using var none = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite);
        var fd = (int)none.DangerousGetHandle();
        using var said = Engines.OutputTail.OfPipe(1024, -1);
        try
        {
            using var child = ChildProcess.Start(program, arguments, [], (fd, fd, said.WriteFd));
            said.CloseWriteSide();
            if (child.Reap().IsSuccess) return null;
            said.WaitForEnd(TimeSpan.FromSeconds(1));
            return Failures.Cut(Encoding.UTF8.GetString(said.Last()));
        }
        catch (KernelCallException e)
        {
            return e.Message;
        }
    }
}
