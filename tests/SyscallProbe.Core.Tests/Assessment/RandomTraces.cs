using System.Collections.Immutable;
using CsCheck;
using SyscallProbe.Matrix;
using SyscallProbe.Rules;
using SyscallProbe.Traces;

namespace SyscallProbe.Core.Tests.Assessment;

/// <summary>Random calls near what the data speaks of: values of the rules' own conditions and just beside them, paths of the data, any kind of file.</summary>
static class RandomTraces
{
    static readonly RuleTable s_rules = new(PackedImage.Embedded);

    static readonly string[] s_paths = [.. PathsOfTheData(), "/proc/nosuch", "/sys/nosuch", "/dev/nosuch", "/etc/passwd", "relative", "/proc/self/../1/stat"];

    static readonly string[] s_errnos = ["ENOSYS", "EPERM", "EINVAL", "ENOENT", "ENOTTY", "EAGAIN", "EOPNOTSUPP"];

    /// <summary>Configurations that rules, paths and capabilities hang on.</summary>
    public static readonly string[] Configurations =
        ["", "net-raw=true", "iouring=true", "network=host", "network=none,net-raw=true", "mount-cgroup-v2=true", "nvproxy=true,platform=kvm", "cgroupfs=true,fuse=true,file-access=shared"];

    public static readonly Gen<ImmutableSortedDictionary<string, string>> Configuration = Gen.Int[0, Configurations.Length - 1].Select(index => Flags(Configurations[index]));

    public static readonly Gen<Observation> Call = Gen.Int.Select(seed => CallOf(new Random(seed)));

    public static readonly Gen<Trace> Trace = Gen.Select(Call.List[1, 12], Gen.ULong, Gen.Int[0, 3], (calls, capabilities, evidence) => new Trace(
        [], [new Subject(["/bin/a"], null, Abi.Amd64, null) { Capabilities = capabilities & Capabilities.All }],
        new Evidence { Events = 1, ExitCode = 0, Succeeded = evidence == 1 ? null : true, FromFirstInstruction = evidence != 2 }, SyscallProbe.Traces.Trace.Normalised(calls)));

    public static ImmutableSortedDictionary<string, string> Flags(string text) => ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal,
        text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split('=')).Select(part => KeyValuePair.Create(part[0], part[1])));

    static Observation CallOf(Random random)
    {
        var abi = random.Next(16) == 0 ? (Abi)random.Next(2, 4) : (Abi)random.Next(2);
        var syscalls = Syscalls.All(abi);
        // Most of the calls with rules, some without, some that nobody knows.
        var withRules = syscalls.Where(syscall => s_rules.RulesOf(abi, syscall.Nr).GetOffsetAndLength(s_rules.RuleCount).Length > 0).ToArray();
        var nr = random.Next(10) switch { 0 => new Nr(random.Next(-1, 600)), < 3 => syscalls[random.Next(syscalls.Length)].Nr, _ when withRules.Length > 0 => withRules[random.Next(withRules.Length)].Nr, _ => new Nr(0) };
        var keys = KeyArguments.Of(abi, nr);
        var values = keys.Where(key => key.IsValue).ToArray();
        var arguments = values.Select(_ => (ulong)random.Next(8)).ToArray();
        var (from, count) = s_rules.RulesOf(abi, nr).GetOffsetAndLength(s_rules.RuleCount);
        if (count > 0)
        {
            foreach (ref readonly var term in s_rules.TermsOf(s_rules.Rules[from + random.Next(count)], abi)) arguments[term.Slot] = term.Low + (ulong)random.Next(4) / 3;
        }
        var known = values.Zip(arguments, (key, value) => new Argument(key.Name, value & key.Mask)).Where(_ => random.Next(8) > 0);
        var fd = random.Next(3) switch { 0 => (FdKind)(1 << random.Next(12)), 1 => FdKind.Unknown, _ => (FdKind)random.Next((int)FdKinds.All) };
        var result = random.Next(3) == 0 ? Result.Failed(Errno.TryParse(s_errnos[random.Next(s_errnos.Length)], out var errno) ? errno : default) : Result.Success;
        return new Observation(abi, nr, [.. fd == FdKind.Unknown ? [] : (Argument[])[new Argument(FdKinds.ArgumentName, (ulong)fd)], .. known],
            keys.Any(key => key.Form == KeyForm.Path) && random.Next(2) == 0 ? s_paths[random.Next(s_paths.Length)] : null, result, Phase.Startup, 1, ["/bin/a"]);
    }

    static IEnumerable<string> PathsOfTheData()
    {
        var table = PackedImage.Embedded.Table("gvisor/paths");
        return Enumerable.Range(0, table.RowCount).Select(row => table.Text(row, table.Column("path")).Replace("[n]", "0").Replace("**", "x/y").Replace("*", "x")).Distinct();
    }
}
