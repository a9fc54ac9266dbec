using System.Globalization;
using SyscallProbe.Matrix;

namespace SyscallProbe.Rules;

/// <summary>A driver of NVIDIA's that a release knows.</summary>
/// <param name="IsSupported">False for one that runsc starts with under <c>--nvproxy-allow-unsupported-driver</c> alone.</param>
public readonly record struct NvproxyDriver(DriverVersion Version, bool IsSupported);

/// <summary>What nvproxy makes of an ioctl.</summary>
/// <param name="PassedOn">Null where it is not passed on: rules say what it gets.</param>
/// <param name="Needs">What would pass it on, as flags; null when nothing would, or it is.</param>
/// <param name="IsCertain">Whether the file is known to be one of NVIDIA's devices, and not only may be.</param>
readonly record struct NvproxyAnswer(Outcome? PassedOn, string? Needs, bool IsCertain);

/// <summary>What nvproxy, gVisor's way to NVIDIA's driver, passes on: the commands of each release, by driver.</summary>
/// <remarks>
/// Facts: <c>data/gvisor/nvproxy-commands.csv</c> and <c>nvproxy-drivers.csv</c>. What becomes of a command that is not passed on are rules of <c>ioctl</c>; where the
/// devices are there at all is in <c>data/gvisor/paths.csv</c>.
/// </remarks>
public sealed class Nvproxy
{
    const string DriverFlag = "nvproxy-driver-version", UnsupportedFlag = "nvproxy-allow-unsupported-driver", CapabilitiesFlag = "nvproxy-allowed-driver-capabilities";
    const string Refused = "GV1084", NotSeen = "GV1085";

    static readonly Lazy<Nvproxy> s_known = new(() => new Nvproxy(PackedImage.Embedded));
    static readonly Lazy<PathHistory> s_device = new(() => GvisorPaths.Known.Of("/dev/nvidiactl"));

    readonly record struct Row(string Name, Release Since, Release Until, DriverVersion First, DriverVersion Last, string[] Capabilities);

    readonly Dictionary<(NvproxyKind, uint), List<Row>> _commands = [];
    readonly List<(NvproxyDriver Driver, Release Since, Release Until)> _drivers = [];

    /// <exception cref="FailureException">A row is not understood.</exception>
    public Nvproxy(PackedImage image)
    {
        var commands = image.Table("gvisor/nvproxy-commands");
        int kind = commands.Column("kind"), number = commands.Column("number"), name = commands.Column("name"), since = commands.Column("since"),
            until = commands.Column("until"), first = commands.Column("first_driver"), last = commands.Column("last_driver"), needs = commands.Column("capabilities");
        for (var row = 0; row < commands.RowCount; row++)
        {
            var where = $"data/gvisor/nvproxy-commands.csv:{row + 2}";
            var key = (KindOf(commands.Text(row, kind), where), uint.Parse(commands.Text(row, number).AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
            if (!_commands.TryGetValue(key, out var rows)) _commands[key] = rows = [];
            rows.Add(new Row(commands.Text(row, name), GvisorReleases.Known.Parse(commands.Text(row, since), where), UntilOf(commands.Text(row, until), where),
                commands.Text(row, first) is { Length: > 0 } from ? VersionOf(from, where) : default,
                commands.Text(row, last) is { Length: > 0 } to ? VersionOf(to, where) : new DriverVersion(int.MaxValue, 0, 0),
                commands.Text(row, needs).Split('|', StringSplitOptions.RemoveEmptyEntries)));
        }
        var drivers = image.Table("gvisor/nvproxy-drivers");
        for (var row = 0; row < drivers.RowCount; row++)
        {
            var where = $"data/gvisor/nvproxy-drivers.csv:{row + 2}";
            _drivers.Add((new NvproxyDriver(VersionOf(drivers.Text(row, drivers.Column("driver")), where), drivers.Text(row, drivers.Column("supported")) == "yes"),
                GvisorReleases.Known.Parse(drivers.Text(row, drivers.Column("since")), where), UntilOf(drivers.Text(row, drivers.Column("until")), where)));
        }
    }

    /// <summary>The one that this assembly was built with.</summary>
    public static Nvproxy Known => s_known.Value;

    /// <summary>The drivers of a release, oldest first; none before release-20230529.0.</summary>
    public IEnumerable<NvproxyDriver> DriversAt(Release release) =>
        _drivers.Where(row => row.Since <= release && release <= row.Until).Select(row => row.Driver).OrderBy(driver => driver.Version);

    /// <summary>How many commands of a table a driver's release passes on.</summary>
    public int CountAt(NvproxyKind kind, DriverVersion driver, Release release) =>
        _commands.Count(entry => entry.Key.Item1 == kind && entry.Value.Exists(row => Holds(row, release) && Covers(row, driver)));

    /// <summary>Why the sandbox does not start with the driver that the flags name, as the outcome of the call that opens the device; null when it does.</summary>
    /// <param name="path">What is opened: other paths than NVIDIA's devices give null.</param>
    internal static Outcome? RefusalOf(string? path, Release release, GvisorConfiguration configuration) =>
        NvproxyCall.KindOf(path) is null ? null : Known.RefusalOf(release, ValuesAt(configuration, release));

    /// <summary>What becomes of a call that is an ioctl on one of NVIDIA's devices; default of any other call, and where the devices have no driver behind them.</summary>
    internal static NvproxyAnswer Ask(Call call, Release release, GvisorConfiguration configuration)
    {
        if (NvproxyCall.Of(call) is not { } gpu || s_device.Value.At(release, configuration) is not { Presence: PathPresence.Present, Fact.Content: not PathContent.Dead }) return default;
        var (outcome, needs) = Known.Ask(gpu, release, ValuesAt(configuration, release));
        return new NvproxyAnswer(outcome, needs, gpu.IsCertain);
    }

    /// <summary>Adds each release from which on another answer may be given.</summary>
    internal static void AddChanges(Call call, ReleaseSet to, GvisorConfiguration configuration)
    {
        var gpu = NvproxyCall.Of(call);
        if (gpu is null && NvproxyCall.KindOf(call.Path) is null) return;
        s_device.Value.AddChanges(to, configuration);
        foreach (var (_, since, until) in Known._drivers) Add(since, until);
        if (gpu is not { } ioctl) return;
        AddRows(ioctl.Kind, ioctl.Number);
        if (ioctl.Inner is { } inner && ioctl.InnerNumber is { } number) AddRows(inner, number);

        void AddRows(NvproxyKind kind, uint command)
        {
            foreach (var row in Known._commands.GetValueOrDefault((kind, command)) ?? []) Add(row.Since, row.Until);
        }

        void Add(Release since, Release until)
        {
            to.Add(since.Index);
            to.Add(until.Index + 1);
        }
    }

    static Func<string, string?> ValuesAt(GvisorConfiguration configuration, Release release) => flag => configuration.ValueOf(flag, release);

    Outcome? RefusalOf(Release release, Func<string, string?> valueOf)
    {
        if (DriverOf(release, valueOf) is not { } version) return null;
        var known = DriversAt(release).ToArray();
        if (known.Any(driver => driver.Version == version && (driver.IsSupported || valueOf(UnsupportedFlag) == "true"))) return null;
        var nearest = known.Where(driver => driver.IsSupported).Select(driver => driver.Version).LastOrDefault();
        return new Outcome(OutcomeKind.Fails, Errno.ENXIO, $"{DriverFlag}={nearest}", $"the sandbox does not start: unsupported Nvidia driver version {version}", Refused,
            "pkg/sentry/devices/nvproxy/nvproxy.go:Register");
    }

    (Outcome? Outcome, string? Needs) Ask(NvproxyCall call, Release release, Func<string, string?> valueOf)
    {
        if (RefusalOf(release, valueOf) is { } refusal) return (refusal, null);
        var outer = Ask(call.Kind, call.Number, release, valueOf);
        if (outer.Outcome is not { Kind: OutcomeKind.Works } || call.Inner is not { } inner) return outer;
        if (call.InnerNumber is { } number) return Ask(inner, number, release, valueOf);
        return (new Outcome(OutcomeKind.Conditional, Condition: $"{call.InnerArgument}=one that nvproxy passes on", Rule: NotSeen, Source: outer.Outcome.Source), null);
    }

    (Outcome? Outcome, string? Needs) Ask(NvproxyKind kind, uint number, Release release, Func<string, string?> valueOf)
    {
        var rows = (_commands.GetValueOrDefault((kind, number)) ?? []).FindAll(row => Holds(row, release));
        if (rows.Count == 0) return default;
        var (driver, allowed) = (DriverOf(release, valueOf), AllowedOf(valueOf));
        if (driver is { } version && rows.Find(row => Covers(row, version)) is { Name: not null } of) return Answer(of, allowed);

        var drivers = driver is null ? DriversAt(release).Where(one => one.IsSupported).Select(one => one.Version).ToArray() : [];
        var with = drivers.Where(one => rows.Exists(row => Covers(row, one))).ToArray();
        if (driver is null && with.Length == drivers.Length && drivers.Length > 0) return Answer(rows[0], allowed);
        var needs = DriversOf(rows[0]);
        if (with.Length == 0) return (null, needs);
        var missing = Answer(rows[0], allowed).Needs; // no driver helps without the capability
        return missing is not null ? (null, missing)
            : (new Outcome(OutcomeKind.Conditional, Condition: needs, Rule: Refused, Source: SourceOf(rows[0])), null);
    }

    static (Outcome? Outcome, string? Needs) Answer(Row row, string[]? allowed) =>
        row.Capabilities.Length == 0 || allowed is null || row.Capabilities.Intersect(allowed).Any()
            ? (new Outcome(OutcomeKind.Works, Source: SourceOf(row)), null)
            : (null, $"{CapabilitiesFlag}={string.Join('|', row.Capabilities)}");

    static string DriversOf(Row row) => row switch
    {
        { First: { Major: > 0 } first, Last: { Major: < int.MaxValue } last } => $"{DriverFlag}={first}..{last}",
        { Last: { Major: < int.MaxValue } last } => $"{DriverFlag}=..{last}",
        _ => $"{DriverFlag}={row.First}..",
    };

    static string SourceOf(Row row) => $"data/gvisor/nvproxy-commands.csv:{row.Name}";

    static bool Holds(Row row, Release release) => row.Since <= release && release <= row.Until;

    static bool Covers(Row row, DriverVersion driver) => row.First.CompareTo(driver) <= 0 && driver.CompareTo(row.Last) <= 0;

    // Null: the installed one, which is not known here.
    DriverVersion? DriverOf(Release release, Func<string, string?> valueOf) => valueOf(DriverFlag) switch
    {
        null or "" => null,
        "latest" => DriversAt(release).Where(driver => driver.IsSupported).Select(driver => (DriverVersion?)driver.Version).LastOrDefault(),
        var text => DriverVersion.TryParse(text, out var version) ? version
            : throw new FailureException(new Failure(FailureCode.Usage, $"'{text}' is no version of a driver", $"{DriverFlag}={text}", "as in 550.90.12, or latest")),
    };

    // "all" leaves out those that nvproxy calls privileged: fabric-imex-mgmt, profiling and rdma (nvconf.AllContainerDriverCaps).
    static string[]? AllowedOf(Func<string, string?> valueOf) => valueOf(CapabilitiesFlag) is not { } text ? null
        : [.. text.Split([',', '|']).SelectMany(name => name == "all" ? ["compute", "utility", "graphics", "video"] : new[] { name }), .. valueOf("rdmaproxy") == "true" ? ["rdma"] : Array.Empty<string>()];

    static NvproxyKind KindOf(string text, string where) => Enum.TryParse<NvproxyKind>(text, ignoreCase: true, out var kind) ? kind : throw Wrong(text, "table of nvproxy", where);

    static DriverVersion VersionOf(string text, string where) => DriverVersion.TryParse(text, out var version) ? version : throw Wrong(text, "version of a driver", where);

    static Release UntilOf(string text, string where) => text.Length == 0 ? GvisorReleases.Known.Newest : GvisorReleases.Known.Parse(text, where);

    static FailureException Wrong(string text, string what, string where) => new(new Failure(FailureCode.BadInput, $"'{text}' is no {what}", where));
}
