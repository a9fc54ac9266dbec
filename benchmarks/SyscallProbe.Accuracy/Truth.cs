using System.Diagnostics;
using System.Text.Json.Nodes;

namespace SyscallProbe.Accuracy;

/// <summary>Runs a case from one bundle under runc and under runsc: how the <c>runc</c> and <c>runsc</c> columns of the cases came to be, and how to add more.</summary>
sealed class Truth(string rootfs, string workloads)
{
    static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);
    static readonly string[] s_tmpfs = ["/tmp", "/run", "/var/tmp", "/root", "/dev/shm"];
    static readonly string[] s_masked = ["/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug", "/proc/scsi", "/sys/firmware"];
    static readonly string[] s_readonly = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

    public bool WorksUnderRunc(Case c) => Works(c, "runc");

    /// <remarks>The platform that needs nothing from the host: ptrace. Only loopback in either runtime.</remarks>
    public bool WorksUnderRunsc(Case c) => Works(c, "runsc", "--platform=ptrace", "--network=none", "--ignore-cgroups");

    bool Works(Case c, string runtime, params string[] flags)
    {
        var bundle = Directory.CreateTempSubdirectory("syscallprobe-truth-").FullName;
        var id = Path.GetFileName(bundle);
        try
        {
            File.WriteAllText(Path.Combine(bundle, "config.json"), Config(c).ToJsonString());
            string[] root = ["--root", Path.Combine(bundle, "state")];
            var (exit, output) = Run(runtime, [.. root, .. flags, "run", "--bundle", bundle, id]);
            Run(runtime, [.. root, .. flags, "delete", "--force", id]);
            return c.Succeeded(exit, output);
        }
        finally
        {
            Directory.Delete(bundle, recursive: true);
        }
    }

    JsonObject Config(Case c)
    {
        // Up to AUDIT_READ: this runsc starts no container with a capability that it does not know, pkg/abi/linux/capability.go.
        var capabilities = Enumerable.Range(0, 38)
            .Where(n => c.Privileged ? Capabilities.NameOf(n) is not ("SYS_BOOT" or "SYS_RESOURCE") : (Capabilities.DockerDefault & 1UL << n) != 0)
            .Select(n => "CAP_" + Capabilities.NameOf(n));
        JsonArray Names(IEnumerable<string> names) => [.. names.Select(name => JsonValue.Create(name))];
        JsonObject Mount(string type, string source, string destination, params string[] options) =>
            new() { ["type"] = type, ["source"] = source, ["destination"] = destination, ["options"] = Names(options) };
        var linux = new JsonObject { ["namespaces"] = new JsonArray([.. new[] { "pid", "network", "ipc", "uts", "mount" }.Select(type => new JsonObject { ["type"] = type })]) };
        if (!c.Privileged)
        {
            linux["maskedPaths"] = Names(s_masked);
            linux["readonlyPaths"] = Names(s_readonly);
        }
        return new JsonObject
        {
            ["ociVersion"] = "1.0.2",
            ["hostname"] = "case",
            ["root"] = new JsonObject { ["path"] = rootfs, ["readonly"] = true },
            ["process"] = new JsonObject
            {
                ["cwd"] = "/",
                ["user"] = new JsonObject { ["uid"] = 0, ["gid"] = 0 },
                ["args"] = Names(c.Argv),
                ["env"] = Names(["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root"]),
                ["capabilities"] = new JsonObject { ["bounding"] = Names(capabilities), ["effective"] = Names(capabilities), ["permitted"] = Names(capabilities) },
            },
            ["mounts"] = new JsonArray([
                Mount("proc", "proc", "/proc"),
                Mount("tmpfs", "tmpfs", "/dev", "nosuid", "strictatime", "mode=755"),
                Mount("devpts", "devpts", "/dev/pts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"),
                Mount("sysfs", "sysfs", "/sys", "nosuid", "noexec", "nodev", "ro"),
                .. s_tmpfs.Select(path => Mount("tmpfs", "tmpfs", path, "nosuid", "nodev", "mode=1777")),
                Mount("bind", workloads, "/workloads", "rbind", "ro"),
            ]),
            ["linux"] = linux,
        };
    }

    static (int Exit, string Output) Run(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(s_limit)) process.Kill(entireProcessTree: true);
        process.WaitForExit();
        return (process.ExitCode, output.Result + errors.Result);
    }
}
