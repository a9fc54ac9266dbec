using System.Collections.Immutable;

namespace SyscallProbe.Matrix.Upstream;

/// <summary>A command that nvproxy passes on.</summary>
/// <param name="Name">Of the constant in <c>pkg/abi/nvgpu</c>; empty for one that is written as a number.</param>
/// <param name="Capabilities">NVIDIA driver capabilities any of which is enough, as the flag has them, joined with <c>|</c>; empty where the release asks for none.</param>
public sealed record NvproxyCommand(string Name, string Capabilities);

/// <summary>The commands that nvproxy passes on for one driver.</summary>
public sealed record NvproxyAbi(ImmutableSortedDictionary<(NvproxyKind Kind, uint Number), NvproxyCommand> Commands)
{
    public static NvproxyAbi Empty { get; } = new(ImmutableSortedDictionary<(NvproxyKind, uint), NvproxyCommand>.Empty);
}

/// <summary>nvproxy of one release.</summary>
/// <param name="Drivers">By version; <c>Supported</c> is false for one that only <c>--nvproxy-allow-unsupported-driver</c> starts with.</param>
public sealed record NvproxyRelease(SortedDictionary<DriverVersion, (NvproxyAbi Abi, bool Supported)> Drivers);
