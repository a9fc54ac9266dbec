using SyscallProbe.Matrix.Upstream;

namespace SyscallProbe.Cli.Upstream;

/// <summary>Reads nvproxy, gVisor's way to NVIDIA's driver, at every release that has it.</summary>
sealed class NvproxyImport(GitRepository git)
{
    const string Shorthands = "pkg/sentry/devices/nvproxy/seccomp_filters.go";
    const string CapabilityNames = "pkg/sentry/devices/nvproxy/nvconf/caps.go";

    static readonly string[] s_numbers =
    [
        "pkg/abi/nvgpu/classes.go", "pkg/abi/nvgpu/ctrl.go", "pkg/abi/nvgpu/frontend.go", "pkg/abi/nvgpu/nvgpu.go", "pkg/abi/nvgpu/uvm.go",
    ];

    static readonly string[] s_files =
        [.. s_numbers, NvproxyParser.Path, NvproxySwitchParser.Registration, NvproxySwitchParser.Frontend, NvproxySwitchParser.Uvm, Shorthands, CapabilityNames];

    (string Ids, NvproxyRelease? Parsed) _last;

    /// <param name="releases">Tags, oldest first.</param>
    /// <exception cref="FailureException">A construct is not understood.</exception>
    public NvproxyHistory History(IEnumerable<string> releases) => new([.. releases.Select(release => (release, Parse(release)))]);

    // Most releases have the same files as the one before.
    NvproxyRelease? Parse(string release)
    {
        var ids = string.Join(' ', s_files.Select(path => git.IdOf(release, path)));
        if (_last.Ids != ids) _last = (ids, Read(release));
        return _last.Parsed;
    }

    NvproxyRelease? Read(string release)
    {
        if (FileOf(release, NvproxySwitchParser.Registration) is not { } registration) return null;
        var numbers = new GoConstants();
        foreach (var path in s_numbers)
        {
            if (FileOf(release, path) is { } file) numbers.Add(file);
        }
        var (frontend, uvm) = (Required(release, NvproxySwitchParser.Frontend), Required(release, NvproxySwitchParser.Uvm));
        return FileOf(release, NvproxyParser.Path) is { } versions
            ? new NvproxyParser(numbers, CapabilitiesOf(release)).Parse(versions, frontend)
            : new NvproxySwitchParser(numbers).Parse(registration, frontend, uvm);
    }

    Dictionary<string, string> CapabilitiesOf(string release)
    {
        if (FileOf(release, CapabilityNames) is not { } names) return [];
        var capabilities = NvproxyCapabilities.Names(names);
        if (FileOf(release, Shorthands) is { } shorthands) NvproxyCapabilities.AddShorthands(shorthands, capabilities);
        return capabilities;
    }

    GoFile Required(string release, string path) =>
        FileOf(release, path) ?? throw new FailureException(new Failure(FailureCode.BadInput, $"{release} has {NvproxySwitchParser.Registration} and no {path}"));

    GoFile? FileOf(string release, string path) => git.IdOf(release, path) is { } id ? new GoFile(release, path, git.Read(id)) : null;
}
