using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace SyscallProbe.Recording.Host;

/// <summary>One mount as its namespace sees it: a line of <c>/proc/PID/mountinfo</c>.</summary>
/// <param name="Id">Unique in the namespace while mounted.</param>
/// <param name="Root">The folder of the file system that is mounted here.</param>
/// <param name="Path">Where it is mounted; not unique, the last one mounted is on top.</param>
/// <param name="Options">Options of this mount (<c>ro</c>, <c>nosuid</c>), not of the file system.</param>
/// <param name="FileSystem">The type, <c>ext4</c> or <c>fuse.sshfs</c>.</param>
/// <remarks>Format: Documentation/filesystems/proc.rst, section 3.5; escapes: mangle() in fs/seq_file.c (v6.18).</remarks>
sealed record MountPoint(int Id, string Root, string Path, ImmutableArray<string> Options, string FileSystem, string Source)
{
    // Types without files of their own, or whose files are not the host's data: each is fresh in a container or left out.
    static readonly HashSet<string> s_pseudo = new(StringComparer.Ordinal)
    {
        "autofs", "binder", "binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "cpuset", "debugfs", "devpts", "devtmpfs", "efivarfs", "fusectl",
        "fuse.gvfsd-fuse", "fuse.lxcfs", "fuse.portal", "hugetlbfs", "mqueue", "nfsd", "nsfs", "proc", "pstore", "resctrl", "rpc_pipefs", "securityfs",
        "selinuxfs", "smackfs", "sysfs", "tracefs", "xenfs",
    };

    /// <summary>Whether it holds kernel interfaces instead of files.</summary>
    public bool IsPseudo => s_pseudo.Contains(FileSystem);

    /// <summary>Reads a whole file; lines that do not have the form are left out, as a kernel may add what it likes.</summary>
    public static ImmutableArray<MountPoint> ParseAll(string mountInfo)
    {
        var result = ImmutableArray.CreateBuilder<MountPoint>();
        foreach (var line in mountInfo.Split('\n'))
        {
            if (TryParse(line, out var mount)) result.Add(mount);
        }
        return result.ToImmutable();
    }

    /// <summary>Reads one line. False when it does not have the form.</summary>
    public static bool TryParse(string line, out MountPoint mount)
    {
        mount = null!;
        // 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
        // Any number of optional fields stands before the lone hyphen.
        var fields = line.Split(' ');
        var hyphen = Array.IndexOf(fields, "-", Math.Min(6, fields.Length));
        if (hyphen < 0 || fields.Length < hyphen + 3) return false;
        if (!int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id)) return false;
        mount = new MountPoint(
            id, Unescape(fields[3]), Unescape(fields[4]), [.. fields[5].Split(',')], Unescape(fields[hyphen + 1]), Unescape(fields[hyphen + 2]));
        return true;
    }

    /// <summary>Undoes the kernel's octal escapes: <c>\040</c> is a space. What is not one is kept.</summary>
    public static string Unescape(string text)
    {
        if (!text.Contains('\\')) return text;
        var bytes = Encoding.UTF8.GetBytes(text);
        var length = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            var isEscape = bytes[i] == '\\' && i + 3 < bytes.Length && bytes[i + 1] is >= (byte)'0' and <= (byte)'3'
                && bytes[i + 2] is >= (byte)'0' and <= (byte)'7' && bytes[i + 3] is >= (byte)'0' and <= (byte)'7';
            bytes[length++] = isEscape ? (byte)((bytes[i + 1] - '0') << 6 | (bytes[i + 2] - '0') << 3 | (bytes[i + 3] - '0')) : bytes[i];
            if (isEscape) i += 3;
        }
        return Encoding.UTF8.GetString(bytes, 0, length);
    }
}
