using System.Collections.Immutable;
using SyscallProbe.Matrix;
using SyscallProbe.Rules;

namespace SyscallProbe.Kubernetes;

/// <summary>A way in which a runtime comes onto nodes, with the names that it brings: a row of <c>data/kubernetes/presets.csv</c>.</summary>
/// <param name="Class">Name of the RuntimeClass; <c>{shim}</c> stands for the hypervisor of a Kata target.</param>
/// <param name="Handler">Name of the handler, likewise.</param>
/// <param name="IsByHand">Whether whoever follows writes the nodes' configuration; else an installer or the provider does.</param>
/// <param name="Text">What it is, for help and output.</param>
public sealed record RuntimePreset(string Name, string Runtime, string Class, string Handler, bool IsByHand, string Text)
{
    static readonly Lazy<ImmutableArray<RuntimePreset>> s_all = new(() =>
        [.. PackedImage.Embedded.Table("kubernetes/presets").Cells("preset", "runtime", "class", "handler", "node", "text").Select(cell => new RuntimePreset(cell[0], cell[1], cell[2], cell[3], cell[4] == "by hand", cell[5]))]);

    /// <summary>All; of each runtime its default first.</summary>
    public static ImmutableArray<RuntimePreset> All => s_all.Value;

    /// <summary>The preset of a runtime.</summary>
    /// <param name="name">Null for the runtime's default.</param>
    /// <param name="where">The option that names it, for the error.</param>
    /// <exception cref="FailureException">The runtime has none of that name; the error names those that it has.</exception>
    public static RuntimePreset Of(string runtime, string? name, string? where = null)
    {
        var own = All.Where(preset => preset.Runtime == runtime).ToArray();
        return own.FirstOrDefault(preset => name is null || preset.Name == name)
            ?? throw new FailureException(new Failure(FailureCode.Usage, $"{runtime} has no preset '{name}'", where, $"one of {string.Join(", ", own.Select(preset => preset.Name))}"));
    }

    /// <summary>A name of this preset with the shim of the target filled in.</summary>
    public static string Filled(string text, Target target) => text.Replace("{shim}", target.Configuration.GetValueOrDefault(Guest.KataModel.HypervisorFlag, ""), StringComparison.Ordinal);
}
