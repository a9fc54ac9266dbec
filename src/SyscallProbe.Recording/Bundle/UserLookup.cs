using System.Globalization;

namespace SyscallProbe.Recording.Bundle;

/// <summary>Finds the numbers of a user and its groups in the container's own files, as Docker does.</summary>
/// <remarks>Files: passwd(5) and group(5). A name that only NSS knows (LDAP) is not found.</remarks>
static class UserLookup
{
    /// <param name="user"><c>user</c> or <c>user:group</c>, each a number or a name; null is root.</param>
    /// <param name="passwd">The text of the container's /etc/passwd; empty when there is none.</param>
    /// <param name="group">The text of the container's /etc/group; empty when there is none.</param>
    /// <exception cref="FailureException">A name is in neither file, or a number is out of range.</exception>
    public static OciUser Find(string? user, string passwd, string group)
    {
        var text = user ?? "0";
        var colon = text.IndexOf(':');
        string userPart = colon < 0 ? text : text[..colon], groupPart = colon < 0 ? "" : text[(colon + 1)..];
        if (userPart.Length == 0 || (colon >= 0 && groupPart.Length == 0)) throw Unknown(text, "expected USER or USER:GROUP");

        // name:password:uid:gid:comment:home:shell
        var isNumber = TryNumber(userPart, out var uid);
        var entry = Lines(passwd, 4).FirstOrDefault(fields => isNumber ? TryNumber(fields[2], out var id) && id == uid : fields[0] == userPart);
        if (entry is null && !isNumber) throw Unknown(text, $"no user '{userPart}'");
        if (entry is not null && !TryNumber(entry[2], out uid)) throw Unknown(text, "its line in /etc/passwd has no number");

        // name:password:gid:members
        var groups = Lines(group, 3).Where(fields => TryNumber(fields[2], out _)).ToList();
        if (groupPart.Length > 0)
        {
            // Docker: with a group named there are no further ones.
            if (TryNumber(groupPart, out var named)) return new OciUser(uid, named);
            var match = groups.FirstOrDefault(fields => fields[0] == groupPart) ?? throw Unknown(text, $"no group '{groupPart}'");
            return new OciUser(uid, uint.Parse(match[2], CultureInfo.InvariantCulture));
        }
        var gid = entry is not null && TryNumber(entry[3], out var primary) ? primary : 0;
        var others = entry is null
            ? []
            : groups.Where(fields => fields.Length > 3 && fields[3].Split(',').Contains(entry[0])).Select(fields => uint.Parse(fields[2], CultureInfo.InvariantCulture));
        uint[] additional = [.. others.Where(id => id != gid).Distinct().Order()];
        return new OciUser(uid, gid, additional.Length > 0 ? additional : null);
    }

    static IEnumerable<string[]> Lines(string text, int leastFields) =>
        text.Split('\n').Where(line => !line.StartsWith('#')).Select(line => line.TrimEnd('\r').Split(':')).Where(fields => fields.Length >= leastFields);

    // uid_t is unsigned, and -1 means "no change" to the calls that set it.
    static bool TryNumber(string text, out uint number) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number < uint.MaxValue;

    static FailureException Unknown(string text, string reason) => new(Failures.UnknownUser(text, reason));
}
