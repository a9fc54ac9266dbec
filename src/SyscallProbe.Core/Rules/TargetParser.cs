using System.Collections.Immutable;
using SyscallProbe.Guest;
using SyscallProbe.Matrix;

namespace SyscallProbe.Rules;

/// <summary>Reads targets as the command line has them: <c>gvisor</c>, <c>gvisor@release-20260817.0,net-raw=true</c>, <c>kata@3.20.0,hypervisor=qemu</c>, <c>runc</c>; each with outcomes forced on it, <c>outcome:clone3=EPERM</c>.</summary>
public static class TargetParser
{
    static readonly string[] s_runtimes = ["gvisor", "kata", "runc"];

    /// <summary>Reads a target; a release that is left out is the newest known, and <c>20260817.0</c> means <c>release-20260817.0</c>.</summary>
    /// <param name="where">The option or file that names it, for errors.</param>
    /// <exception cref="FailureException">
    /// The runtime or release is not known (<see cref="FailureCode.UnknownTarget"/>), or the runtime has no such flag at that release (<see cref="FailureCode.Usage"/>).
    /// </exception>
    public static Target Parse(string text, string where = "--target")
    {
        var parts = text.Split(',');
        var at = parts[0].IndexOf('@', StringComparison.Ordinal);
        var (runtime, release) = at < 0 ? (parts[0], "") : (parts[0][..at], parts[0][(at + 1)..]);
        var place = $"{where} {text}";
        if (!s_runtimes.Contains(runtime))
        {
            throw new FailureException(new Failure(FailureCode.UnknownTarget, $"unknown runtime '{runtime}'", place, $"one of {string.Join(", ", s_runtimes)}, then @RELEASE and ,FLAG=VALUE"));
        }
        var all = Flags(parts.Skip(1), place);
        var forced = all.Where(ForcedModel.IsForced).ToArray();
        foreach (var entry in forced)
        {
            if (ForcedModel.Check(entry) is var (what, fix)) throw new FailureException(new Failure(FailureCode.Usage, what, place, fix));
        }
        var flags = all.RemoveRange(forced.Select(entry => entry.Key));
        var target = runtime switch
        {
            "gvisor" => Gvisor(release, flags, place),
            "kata" => Kata(release, flags, place),
            _ => Runc(release, flags, place),
        };
        return target with { Configuration = target.Configuration.AddRange(forced) };
    }

    static Target Gvisor(string name, ImmutableSortedDictionary<string, string> flags, string place)
    {
        var releases = GvisorReleases.Known;
        var release = name.Length == 0 ? releases.Newest : releases.Parse(char.IsAsciiDigit(name[0]) ? "release-" + name : name, place);
        foreach (var flag in flags.Keys)
        {
            if (GvisorFlags.DefaultOf(flag, release) is not null) continue;
            throw new FailureException(new Failure(FailureCode.Usage, $"runsc of {releases.NameOf(release)} has no flag '{flag}' that changes compatibility", place,
                $"its flags are {string.Join(", ", GvisorFlags.NamesAt(release))}"));
        }
        return new Target("gvisor", releases.NameOf(release), flags);
    }

    // The hypervisor is filled in too: which guest a container gets hangs on it as much as on the release.
    static Target Kata(string name, ImmutableSortedDictionary<string, string> flags, string place)
    {
        var release = name.Length == 0 ? KataReleases.Known.Newest : KataReleases.Known.Parse(name, place);
        if (flags.Keys.FirstOrDefault(flag => flag != KataModel.HypervisorFlag) is { } odd)
        {
            throw new FailureException(new Failure(FailureCode.Usage, $"the target kata has no flag '{odd}'", place, $"its one flag is {KataModel.HypervisorFlag}=NAME"));
        }
        var hypervisor = GuestKernels.Known.Check(release, flags.GetValueOrDefault(KataModel.HypervisorFlag), place);
        return new Target("kata", release.Tag, flags.SetItem(KataModel.HypervisorFlag, hypervisor));
    }

    static Target Runc(string release, ImmutableSortedDictionary<string, string> flags, string place) =>
        release.Length == 0 && flags.IsEmpty
            ? new Target("runc", "", flags)
            : throw new FailureException(new Failure(FailureCode.Usage, "the target runc takes neither a release nor flags: it is what was recorded", place, "write `--target runc`"));

    static ImmutableSortedDictionary<string, string> Flags(IEnumerable<string> parts, string place)
    {
        var flags = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var part in parts)
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0) throw new FailureException(new Failure(FailureCode.Usage, $"expected FLAG=VALUE, found '{part}'", place, "as in `gvisor@release-20260817.0,net-raw=true`"));
            flags[part[..equals]] = part[(equals + 1)..];
        }
        return flags.ToImmutable();
    }
}
