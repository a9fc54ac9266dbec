using System.Collections.Immutable;
using SyscallProbe.Matrix;
using SyscallProbe.Rules;

namespace SyscallProbe.Guest;

/// <summary>Tells what a syscall does in a guest: the guest's own kernel answers it, so it fails where that kernel is too old for it or configured without it.</summary>
/// <remarks>
/// Facts: <c>data/linux/syscalls-since.csv</c>, <c>syscalls-config.csv</c>, <c>arguments.csv</c> and <c>paths.csv</c>. A seccomp profile does not count: guests have seccomp off
/// (<c>disable_guest_seccomp = true</c> in every configuration template), so a call that the profile refused under runc reaches the guest's kernel.
/// </remarks>
public sealed class GuestRules
{
    /// <summary>Finding: the call is newer than the guest's kernel, or older than what it still has.</summary>
    public const string NewerThanGuest = "KT0001";

    /// <summary>Finding: the guest's kernel is configured without the call.</summary>
    public const string ConfiguredOut = "KT0002";

    /// <summary>Finding: what decides is not known.</summary>
    public const string NotKnown = "KT0003";

    /// <summary>Finding: the guest's kernel has the call and not what the argument asks for.</summary>
    public const string ArgumentNotInGuest = "KT0004";

    /// <summary>Finding: the guest's kernel is configured without what would make the file of /proc or /sys.</summary>
    public const string PathNotInGuest = "KT0005";

    /// <summary>The newest kernel whose syscalls are known; a number that no table has is in no kernel up to this one.</summary>
    public static readonly KernelVersion NewestKnown = new(6, 18);

    const string NotImplemented = "none"; // no kernel has it, though it has a number

    static readonly Lazy<GuestRules> s_known = new(() => new GuestRules(PackedImage.Embedded));

    readonly Dictionary<(Abi Abi, string Syscall), Presence> _presence = [];
    readonly Dictionary<string, List<Need>> _needs = new(StringComparer.Ordinal);
    readonly GuestArguments _arguments;
    readonly List<PathNeed> _paths = [];

    public GuestRules(PackedImage image)
    {
        _arguments = new GuestArguments(image);
        var paths = image.Table("linux/paths");
        int pathAt = paths.Column("path"), pathOption = paths.Column("option"), pathSource = paths.Column("source");
        for (var row = 0; row < paths.RowCount; row++) _paths.Add(new PathNeed(paths.Text(row, pathAt), paths.Text(row, pathOption), paths.Text(row, pathSource)));
        var since = image.Table("linux/syscalls-since");
        int abiAt = since.Column("abi"), syscallAt = since.Column("syscall"), sinceAt = since.Column("since"), removedAt = since.Column("removed"), sourceAt = since.Column("source");
        for (var row = 0; row < since.RowCount; row++)
        {
            if (!AbiNames.TryParse(since.Text(row, abiAt), out var abi)) continue;
            var from = since.Text(row, sinceAt);
            _presence[(abi, since.Text(row, syscallAt))] = new Presence(from == NotImplemented, Version(from), Version(since.Text(row, removedAt)), since.Text(row, sourceAt));
        }

        var needs = image.Table("linux/syscalls-config");
        int needAt = needs.Column("syscall"), needAbiAt = needs.Column("abi"), needSinceAt = needs.Column("since"), untilAt = needs.Column("until"), optionAt = needs.Column("option"),
            needSourceAt = needs.Column("source");
        for (var row = 0; row < needs.RowCount; row++)
        {
            var syscall = needs.Text(row, needAt);
            if (!_needs.TryGetValue(syscall, out var list)) _needs[syscall] = list = [];
            list.Add(new Need(AbiNames.TryParse(needs.Text(row, needAbiAt), out var abi) ? abi : null, Version(needs.Text(row, needSinceAt)), Version(needs.Text(row, untilAt)),
                needs.Text(row, optionAt), needs.Text(row, needSourceAt)));
        }
    }

    /// <summary>Those that this assembly was built with.</summary>
    public static GuestRules Known => s_known.Value;

    /// <summary>What a call may do in a guest: the syscall first, then its arguments.</summary>
    /// <returns>More than one outcome where an argument that decides is not known.</returns>
    public Prediction Predict(GuestKernel guest, Call call)
    {
        var whole = OutcomeOf(guest, call.Abi, call.Syscall);
        if (whole.Kind != OutcomeKind.Works || guest.Version is not { } version) return new Prediction(whole);
        if (OutcomeOfPath(guest, call.Path) is { } outcomeOfPath) return new Prediction(outcomeOfPath);
        var possible = ImmutableArray.CreateBuilder<Outcome>();
        foreach (var (need, isCertain) in _arguments.Matching(call))
        {
            if (OutcomeOf(need, guest, version) is not { } outcome) continue;
            possible.Add(outcome);
            if (isCertain) return new Prediction(possible.ToImmutable());
        }
        possible.Add(whole);
        return new Prediction(possible.ToImmutable());
    }

    // Null for a path that no option decides: the guest's /proc and /sys are Linux's own.
    Outcome? OutcomeOfPath(GuestKernel guest, string? path)
    {
        if (path is null) return null;
        foreach (var need in _paths)
        {
            if (guest.Config.GetValueOrDefault(need.Option) is "y" or "m" || !PathPattern.Matches(need.Pattern, path)) continue;
            return guest.Config.ContainsKey(need.Option)
                ? new Outcome(OutcomeKind.Fails, Errno.ENOENT, Effect: $"needs {need.Option}", Rule: PathNotInGuest, Source: $"{need.Source}; {Kernel(guest)}")
                : Unknown($"hangs on {need.Option}, which is not known of the guest");
        }
        return null;
    }

    /// <summary>The outcome of a syscall in a guest, its arguments aside.</summary>
    /// <param name="abi">The convention by which the process called.</param>
    /// <param name="syscall">The kernel's name, or null for a number that no table has.</param>
    /// <returns><see cref="OutcomeKind.Unknown"/> where the guest's kernel, its configuration or the syscall is not known; never works by guess.</returns>
    public Outcome OutcomeOf(GuestKernel guest, Abi abi, string? syscall)
    {
        if (guest.Version is not { } version) return Unknown($"the series of the guest's kernel '{guest.Kernel}' is not known");
        if (version > NewestKnown) return Unknown($"the guest's kernel is {version}, and syscalls are known up to {NewestKnown}");
        if (abi != guest.Arch) return OutcomeOfForeign(guest, abi, syscall, version);
        if (syscall is null) return Fails(NewerThanGuest, $"no kernel up to {NewestKnown} has it; the guest has {version}", Kernel(guest));
        return OutcomeOf(guest, version, abi, syscall);
    }

    Outcome OutcomeOf(GuestKernel guest, KernelVersion version, Abi abi, string syscall)
    {
        if (!_presence.TryGetValue((abi, syscall), out var presence)) return Unknown($"nothing is known of {syscall}");
        if (presence.IsNone) return Fails(NewerThanGuest, "no kernel has it on this architecture", presence.Source);
        if (presence.Since > version) return Fails(NewerThanGuest, $"since {presence.Since}; the guest has {version}", presence.Source);
        if (presence.Removed <= version) return Fails(NewerThanGuest, $"removed in {presence.Removed}; the guest has {version}", presence.Source);

        string? open = null;
        foreach (var need in _needs.GetValueOrDefault(syscall, []))
        {
            if ((need.Abi is { } on && on != abi) || need.Since > version || need.Until < version) continue;
            // What is no option of the build is a parameter of the boot, and Kata gives none of those that are listed.
            var value = need.Option.StartsWith("CONFIG_", StringComparison.Ordinal) ? guest.Config.GetValueOrDefault(need.Option) : "n";
            if (value == "n") return Fails(ConfiguredOut, $"needs {need.Option}", $"{need.Source}; {Kernel(guest)}");
            if (value is null) open = need.Option;
        }
        return open is null ? new Outcome(OutcomeKind.Works, Source: Kernel(guest)) : Unknown($"hangs on {open}, which is not known of the guest");
    }

    // Null where the guest has what the argument needs.
    static Outcome? OutcomeOf(ArgumentNeed need, GuestKernel guest, KernelVersion version)
    {
        if (need.Kernel > version) return new Outcome(OutcomeKind.Fails, need.Errno, Effect: $"{need.Arguments}: since {need.Kernel}; the guest has {version}", Rule: ArgumentNotInGuest, Source: need.Source);
        if (need.Option.Length == 0) return null;
        return guest.Config.GetValueOrDefault(need.Option) switch
        {
            "y" => null,
            "n" => new Outcome(OutcomeKind.Fails, need.Errno, Effect: $"{need.Arguments}: needs {need.Option}", Rule: ArgumentNotInGuest, Source: $"{need.Source}; {Kernel(guest)}"),
            "m" => Unknown($"{need.Arguments}: hangs on the module of {need.Option}, which the guest's image may not have"),
            _ => Unknown($"{need.Arguments}: hangs on {need.Option}, which is not known of the guest"),
        };
    }

    Outcome OutcomeOfForeign(GuestKernel guest, Abi abi, string? syscall, KernelVersion version)
    {
        var option = abi switch
        {
            Abi.I386 => "CONFIG_IA32_EMULATION",
            Abi.X32 => version < new KernelVersion(5, 18) ? "CONFIG_X86_X32" : "CONFIG_X86_X32_ABI",
            _ => "",
        };
        if (guest.Arch != Abi.Amd64 || guest.Config.GetValueOrDefault(option) is not { } value)
            return Unknown($"a call of {abi.Name()} in a guest for {guest.Arch.Name()}, which has not been studied");
        if (value == "n")
        {
            // Without it the number has no meaning for x32; a program for i386 does not even start (ENOEXEC).
            return abi == Abi.X32
                ? Fails(ConfiguredOut, $"needs {option}", Kernel(guest))
                : new Outcome(OutcomeKind.Differs, Effect: $"needs {option}; 32-bit programs do not start", Rule: ConfiguredOut, Source: Kernel(guest));
        }
        // A call that has the same name in the native table has the same history; of others nothing is recorded.
        return syscall is null ? Unknown($"a number of {abi.Name()} that no table has") : OutcomeOf(guest, version, Abi.Amd64, syscall);
    }

    static Outcome Fails(string rule, string effect, string source) => new(OutcomeKind.Fails, Errno.ENOSYS, Effect: effect, Rule: rule, Source: source);

    static Outcome Unknown(string why) => new(OutcomeKind.Unknown, Effect: why, Rule: NotKnown);

    // Names where the guest's own facts stand.
    static string Kernel(GuestKernel guest) =>
        $"tools/packaging/kernel/configs/fragments@{guest.Release}:{guest.Variant}" + (guest.IsNearest ? $" (configured in Linux {guest.Tree}, the nearest at hand)" : "");

    static KernelVersion? Version(string text) => KernelVersion.TryParse(text, out var version) ? version : null;

    sealed record PathNeed(string Pattern, string Option, string Source);

    sealed record Presence(bool IsNone, KernelVersion? Since, KernelVersion? Removed, string Source);

    sealed record Need(Abi? Abi, KernelVersion? Since, KernelVersion? Until, string Option, string Source);
}
