using SyscallProbe.Matrix;
using SyscallProbe.Rules;

namespace SyscallProbe.Kubernetes;

/// <summary>Where a release of Kata puts the shim of a class and its configuration: <c>data/kata/installs.csv</c>, the last row that fits.</summary>
/// <param name="ShimPath">Absolute.</param>
/// <param name="Configuration">Absolute.</param>
public sealed record KataInstall(string ShimPath, string Configuration)
{
    /// <param name="target">Of Kata, with release and hypervisor filled in.</param>
    public static KataInstall Of(Target target)
    {
        var cell = PackedImage.Embedded.Table("kata/installs").Cells("shims", "since", "shim_path", "configuration")
            .Last(cell => NodeMark.IsOfShim(cell[0], target) && TargetReleases.Cover(target, cell[1], ""));
        return new KataInstall(cell[2], RuntimePreset.Filled(cell[3], target));
    }
}
