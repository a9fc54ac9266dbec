using System.Collections.Immutable;
using System.Globalization;
using SyscallProbe.Recording.Host;
using Tmds.Linux;

namespace SyscallProbe.Recording.Bundle;

/// <summary>What of this kernel and machine decides the form of a bundle.</summary>
/// <param name="Capabilities">Those that this process has, a mask.</param>
/// <param name="FileSystems">Types that can be mounted.</param>
/// <param name="MostOpenFiles">This process's hard limit.</param>
/// <param name="Sysctls">Those of <see cref="DockerDefaults.Sysctls"/> that there are.</param>
/// <param name="Devices">Device nodes of the host, for a privileged container; empty when they were not asked for.</param>
sealed record HostFacts(
    ulong Capabilities, ImmutableHashSet<string> FileSystems, bool HasCgroupNamespace, ulong MostOpenFiles, ImmutableSortedDictionary<string, string> Sysctls,
    ImmutableArray<OciDevice> Devices)
{
    /// <summary>Whether this process is root in a user namespace alone: most numbers of users and groups stand for nobody there, and control groups are not its own.</summary>
    public bool IsInUserNamespace { get; init; }

    public static HostFacts Read(bool withDevices) => new(
        OwnCapabilities(),
        [.. File.ReadLines("/proc/filesystems").Select(line => line[(line.IndexOf('\t') + 1)..].Trim())],
        File.Exists("/proc/self/ns/cgroup"),
        HardLimitOfOpenFiles(),
        DockerDefaults.Sysctls.Where(entry => File.Exists("/proc/sys/" + entry.Key.Replace('.', '/'))).ToImmutableSortedDictionary(StringComparer.Ordinal),
        withDevices ? [.. DevicesBelow("/dev").OrderBy(device => device.Path, StringComparer.Ordinal)] : [])
    {
        IsInUserNamespace = UserNamespace.IsInside,
    };

    static ulong OwnCapabilities()
    {
        const string key = "CapPrm:\t";
        var line = File.ReadLines("/proc/self/status").First(text => text.StartsWith(key, StringComparison.Ordinal));
        return ulong.Parse(line.AsSpan(key.Length), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }

    // Limit                     Soft Limit           Hard Limit           Units
    // Max open files            1024                 524288               files
    static ulong HardLimitOfOpenFiles()
    {
        var line = File.ReadLines("/proc/self/limits").FirstOrDefault(text => text.StartsWith("Max open files ", StringComparison.Ordinal));
        var words = line?.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words is { Length: > 4 } && ulong.TryParse(words[4], NumberStyles.None, CultureInfo.InvariantCulture, out var hard) ? hard : ulong.MaxValue;
    }

    static IEnumerable<OciDevice> DevicesBelow(string folder)
    {
        foreach (var path in Directory.EnumerateFileSystemEntries(folder))
        {
            // Mounts that every container has of its own, and the console, which belongs to a terminal.
            if (path is "/dev/pts" or "/dev/shm" or "/dev/mqueue" or "/dev/fd" or "/dev/console" or "/dev/.lxc" or "/dev/.udev") continue;
            var attributes = File.GetAttributes(path);
            if (attributes.HasFlag(FileAttributes.ReparsePoint)) continue;
            if (attributes.HasFlag(FileAttributes.Directory))
            {
                foreach (var below in DevicesBelow(path)) yield return below;
            }
            else if (DeviceAt(path) is { } device)
            {
                yield return device;
            }
        }
    }

    static unsafe OciDevice? DeviceAt(string path)
    {
        stat info;
        var bytes = System.Text.Encoding.UTF8.GetBytes(path + '\0');
        fixed (byte* text = bytes)
        {
            if (LibC.lstat(text, &info) != 0) return null;
        }
        var mode = (uint)(ushort)info.st_mode;
        var type = (mode & (uint)(ushort)LibC.S_IFMT) == (uint)(ushort)LibC.S_IFCHR ? "c" : (mode & (uint)(ushort)LibC.S_IFMT) == (uint)(ushort)LibC.S_IFBLK ? "b" : null;
        if (type is null) return null;
        // new_encode_dev() as glibc widens it: sysdeps/unix/sysv/linux/bits/sysmacros.h.
        var number = (ulong)info.st_rdev;
        long major = (long)(number >> 8 & 0xfff | number >> 32 & 0xfffff000), minor = (long)(number & 0xff | number >> 12 & 0xffffff00);
        return new OciDevice(path, type, major, minor, mode & 0x1ff, (uint)info.st_uid, (uint)info.st_gid);
    }
}
