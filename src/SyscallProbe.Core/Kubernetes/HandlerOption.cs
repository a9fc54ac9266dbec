using System.Collections.Immutable;
using SyscallProbe.Matrix;

namespace SyscallProbe.Kubernetes;

/// <summary>A key that an engine's configuration has for a runtime: a row of <c>data/kubernetes/handler-options.csv</c>.</summary>
/// <param name="Table">The table below the handler's own; empty for that itself.</param>
/// <param name="Form"><c>text</c>, <c>list</c> or <c>switch</c>.</param>
/// <param name="Text">May hold <c>{handler}</c>, <c>{shim_path}</c> and <c>{configuration}</c>.</param>
public sealed record HandlerOption(string Table, string Key, string Form, string Text)
{
    /// <summary>Those of a runtime, in order, a table's next to each other.</summary>
    public static ImmutableArray<HandlerOption> Of(string runtime, string engine) =>
        [.. from cell in PackedImage.Embedded.Table("kubernetes/handler-options").Cells("runtime", "engine", "table", "key", "form", "value")
            where cell[0] == runtime && cell[1] == engine
            select new HandlerOption(cell[2], cell[3], cell[4], cell[5])];

    /// <summary>The value as TOML has it: a text, texts or a truth value.</summary>
    /// <param name="fill">Puts names in the places that the text leaves for them.</param>
    public object Value(Func<string, string> fill) => Form switch
    {
        "switch" => Text == "true",
        "list" => (string[])[fill(Text)],
        _ => fill(Text),
    };
}
