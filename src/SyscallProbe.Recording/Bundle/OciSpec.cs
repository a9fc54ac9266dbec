using System.Text.Json.Serialization;

namespace SyscallProbe.Recording.Bundle;

// The parts of an OCI bundle's config.json that SyscallProbe writes or reads: runtime-spec v1.0.2, config.md and config-linux.md.
// Null is left out of the file.

sealed record OciSpec
{
    public string OciVersion { get; init; } = "1.0.2";
    public OciProcess? Process { get; init; }
    public OciRoot? Root { get; init; }
    public string? Hostname { get; init; }
    public IReadOnlyList<OciMount>? Mounts { get; init; }
    public OciLinux? Linux { get; init; }
}

sealed record OciProcess
{
    public bool Terminal { get; init; }
    public OciUser? User { get; init; }
    public IReadOnlyList<string>? Args { get; init; }
    public IReadOnlyList<string>? Env { get; init; }
    public string? Cwd { get; init; }
    public OciCapabilities? Capabilities { get; init; }
    public IReadOnlyList<OciRlimit>? Rlimits { get; init; }
    public bool NoNewPrivileges { get; init; }
}

sealed record OciUser(uint Uid, uint Gid, IReadOnlyList<uint>? AdditionalGids = null);

sealed record OciCapabilities
{
    public IReadOnlyList<string>? Bounding { get; init; }
    public IReadOnlyList<string>? Effective { get; init; }
    public IReadOnlyList<string>? Permitted { get; init; }
}

sealed record OciRlimit(string Type, ulong Soft, ulong Hard);

sealed record OciRoot(string Path, bool Readonly = false);

sealed record OciMount(string Destination, string Type, string Source, IReadOnlyList<string> Options);

sealed record OciLinux
{
    public IReadOnlyDictionary<string, string>? Sysctl { get; init; }
    public IReadOnlyList<OciNamespace>? Namespaces { get; init; }
    public IReadOnlyList<OciDevice>? Devices { get; init; }
    public OciResources? Resources { get; init; }
    public string? CgroupsPath { get; init; }
    public IReadOnlyList<string>? MaskedPaths { get; init; }
    public IReadOnlyList<string>? ReadonlyPaths { get; init; }
}

sealed record OciNamespace(string Type, string? Path = null);

sealed record OciDevice(string Path, string Type, long Major, long Minor, uint FileMode, uint Uid, uint Gid);

sealed record OciResources(IReadOnlyList<OciDeviceRule> Devices);

sealed record OciDeviceRule(bool Allow, string Access);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true, NewLine = "\n")]
[JsonSerializable(typeof(OciSpec))]
sealed partial class OciJson : JsonSerializerContext;
