using SyscallProbe.Matrix;

namespace SyscallProbe.Doctor;

/// <summary>What a release of gVisor wants of its node: <c>data/gvisor/node-limits.csv</c>.</summary>
static class GvisorLimits
{
    /// <summary>A limit by its name; null where the release has none.</summary>
    /// <param name="release">Null for a release that is not known: only what every release wants holds.</param>
    public static string? ValueOf(string limit, Release? release) =>
        PackedImage.Embedded.Table("gvisor/node-limits").Cells("limit", "since", "until", "value")
            .FirstOrDefault(cell => cell[0] == limit && (cell[1].Length == 0 || GvisorReleases.Known.Parse(cell[1]) <= release) && (cell[2].Length == 0 || release <= GvisorReleases.Known.Parse(cell[2])))?[3];
}
