using System.Collections.Immutable;
using System.Globalization;
using SyscallProbe.Matrix;

namespace SyscallProbe.Guest;

/// <summary>Finds the guest kernel of a release and hypervisor.</summary>
/// <remarks>
/// Facts: <c>data/kata/shims.csv</c> says which kernel a hypervisor's configuration names, <c>kernels.csv</c> which version that is, <c>configs.csv</c> how it is
/// configured. All are rows per change: the last row up to the release is in force.
/// </remarks>
public sealed class GuestKernels
{
    static readonly Lazy<GuestKernels> s_known = new(() => new GuestKernels(PackedImage.Embedded, KataReleases.Known));

    readonly PackedImage _image;
    readonly KataReleases _releases;

    public GuestKernels(PackedImage image, KataReleases releases) => (_image, _releases) = (image, releases);

    /// <summary>Those that this assembly was built with.</summary>
    public static GuestKernels Known => s_known.Value;

    /// <summary>The hypervisor that the release itself takes where nothing else is asked for.</summary>
    public string DefaultHypervisor(KataVersion release)
    {
        var table = _image.Table("kata/defaults");
        int since = table.Column("since"), shim = table.Column("shim");
        var best = "";
        for (var row = 0; row < table.RowCount; row++)
        {
            if (IsUpTo(table.Text(row, since), release)) best = table.Text(row, shim);
        }
        return best;
    }

    /// <summary>The hypervisors that a release has on an architecture, by name.</summary>
    public IReadOnlyList<string> Hypervisors(KataVersion release, Abi arch)
    {
        var inForce = new SortedDictionary<string, bool>(StringComparer.Ordinal);
        var table = _image.Table("kata/shims");
        int shim = table.Column("shim"), archAt = table.Column("arch"), since = table.Column("since"), kernel = table.Column("kernel");
        for (var row = 0; row < table.RowCount; row++)
        {
            if (table.Text(row, archAt) == arch.Name() && IsUpTo(table.Text(row, since), release)) inForce[table.Text(row, shim)] = table.Utf8(row, kernel).Length > 0;
        }
        return [.. inForce.Where(found => found.Value).Select(found => found.Key)];
    }

    /// <summary>The name of a hypervisor that the release has on any architecture.</summary>
    /// <param name="hypervisor">Null for the release's own default.</param>
    /// <param name="where">The option or file that names it, for the error.</param>
    /// <exception cref="FailureException">The release has none of that name; the error names those that it has. Code <see cref="FailureCode.UnknownTarget"/>.</exception>
    public string Check(KataVersion release, string? hypervisor, string? where = null)
    {
        var known = Hypervisors(release, Abi.Amd64).Union(Hypervisors(release, Abi.Arm64)).Order(StringComparer.Ordinal).ToArray();
        return Check(known, $"Kata {release}", hypervisor ?? DefaultHypervisor(release), where);
    }

    /// <summary>Finds the guest.</summary>
    /// <param name="hypervisor">Null for the release's own default.</param>
    /// <param name="where">The option or file that names it, for the error.</param>
    /// <exception cref="FailureException">The release has no such hypervisor on that architecture; the error names those that it has. Code <see cref="FailureCode.UnknownTarget"/>.</exception>
    public GuestKernel Find(KataVersion release, string? hypervisor, Abi arch, string? where = null)
    {
        hypervisor = Check(Hypervisors(release, arch), $"Kata {release} on {arch.Name()}", hypervisor ?? DefaultHypervisor(release), where);
        var shims = InForce("kata/shims", release, ("shim", hypervisor), ("arch", arch.Name()))!;
        var variant = shims("kernel");
        var kernels = InForce("kata/kernels", release, ("variant", variant), ("arch", arch.Name()));
        var kernel = kernels?.Invoke("kernel") ?? "";
        return new GuestKernel(release, hypervisor, arch, variant, kernel,
            KernelVersion.TryParse(kernel, out var version) ? version : null,
            KernelVersion.TryParse(kernels?.Invoke("tree") ?? "", out var tree) ? tree : null,
            kernels?.Invoke("tree") is not { Length: > 0 } ? ImmutableSortedDictionary<string, string>.Empty : Config(variant, arch, release),
            new GuestDefaults(Number(shims("vcpus")), Number(shims("memory_mib"))),
            shims("overhead_memory") is { Length: > 0 } memory ? new GuestOverhead(shims("overhead_cpu"), memory) : null);
    }

    /// <summary>Finds the guest that a target means on an architecture, or on the other one where it is there alone.</summary>
    /// <param name="target">Of Kata, with release and hypervisor filled in.</param>
    /// <exception cref="FailureException">It has neither. Code <see cref="FailureCode.UnknownTarget"/>.</exception>
    public GuestKernel FindOnAny(Rules.Target target, Abi preferred)
    {
        var (release, hypervisor) = (_releases.Parse(target.Release), target.Configuration.GetValueOrDefault(KataModel.HypervisorFlag));
        var arch = hypervisor is null || Hypervisors(release, preferred).Contains(hypervisor) ? preferred : preferred == Abi.Amd64 ? Abi.Arm64 : Abi.Amd64;
        return Find(release, hypervisor, arch, target.ToString());
    }

    static string Check(IReadOnlyList<string> known, string who, string hypervisor, string? where)
    {
        if (known.Contains(hypervisor)) return hypervisor;
        var near = Nearest.To(hypervisor, known);
        throw new FailureException(new Failure(FailureCode.UnknownTarget, $"{who} has no hypervisor '{hypervisor}'", where,
            (near.Count > 0 ? $"nearest: {string.Join(", ", near)}; " : "") + $"it has {string.Join(", ", known)}"));
    }

    // The last row up to the release whose cells have the values given, as a reader of its cells; null when there is none.
    Func<string, string>? InForce(string name, KataVersion release, params (string Column, string Value)[] key)
    {
        var table = _image.Table(name);
        var since = table.Column("since");
        var found = -1;
        for (var row = 0; row < table.RowCount; row++)
        {
            if (Array.TrueForAll(key, cell => table.Text(row, table.Column(cell.Column)) == cell.Value) && IsUpTo(table.Text(row, since), release)) found = row;
        }
        return found < 0 ? null : column => table.Text(found, table.Column(column));
    }

    ImmutableSortedDictionary<string, string> Config(string variant, Abi arch, KataVersion release)
    {
        var config = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var table = _image.Table("kata/configs");
        int variantAt = table.Column("variant"), archAt = table.Column("arch"), option = table.Column("option"), since = table.Column("since"), value = table.Column("value");
        for (var row = 0; row < table.RowCount; row++)
        {
            if (table.Text(row, variantAt) == variant && table.Text(row, archAt) == arch.Name() && IsUpTo(table.Text(row, since), release))
                config[table.Text(row, option)] = table.Text(row, value);
        }
        return config.ToImmutable();
    }

    bool IsUpTo(string since, KataVersion release) => _releases.IndexOf(since) is >= 0 and var index && index <= _releases.IndexOf(release.Tag);

    static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
