using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace SyscallProbe.Yaml;

/// <summary>Writes nodes as YAML. What a reader could take for another type than a text is quoted: <c>"true"</c>, <c>"1.0"</c>.</summary>
/// <remarks>The emitter is YamlDotNet's, so that whatever is in a text is escaped. Nothing is written by reflection.</remarks>
public static class YamlWriter
{
    static readonly EmitterSettings s_settings = new EmitterSettings().WithBestIndent(2).WithIndentedSequences().WithNewLine("\n").WithBestWidth(int.MaxValue);

    /// <summary>One document, with its comment lines first.</summary>
    /// <param name="comments">Without <c>#</c>; a line each.</param>
    public static string Document(YamlNode root, params IEnumerable<string> comments)
    {
        var text = new StringBuilder();
        foreach (var comment in comments) text.Append("# ").Append(comment.ReplaceLineEndings(" ")).Append('\n');
        using var writer = new StringWriter(text) { NewLine = "\n" };
        var emitter = new Emitter(writer, s_settings);
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        Write(emitter, root);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return writer.ToString();
    }

    /// <summary>A text.</summary>
    public static YamlNode Scalar(string text) => new(YamlKind.Scalar, text, IsPlain: IsSafe(text), 0, [], []);

    /// <summary>A mapping without the entries whose value is null.</summary>
    public static YamlNode Mapping(params IEnumerable<(string Key, YamlNode? Value)> entries) =>
        new(YamlKind.Mapping, "", false, 0, [.. entries.Where(entry => entry.Value is not null).Select(entry => KeyValuePair.Create(entry.Key, entry.Value!))], []);

    /// <summary>A sequence.</summary>
    public static YamlNode Sequence(params IEnumerable<YamlNode> items) => new(YamlKind.Sequence, "", false, 0, [], [.. items]);

    static void Write(Emitter emitter, YamlNode node)
    {
        switch (node.Kind)
        {
            case YamlKind.Scalar:
                emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, node.Text, node.IsPlain ? ScalarStyle.Plain : ScalarStyle.DoubleQuoted, node.IsPlain, !node.IsPlain));
                break;
            case YamlKind.Sequence:
                emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, SequenceStyle.Block));
                foreach (var item in node.Items) Write(emitter, item);
                emitter.Emit(new SequenceEnd());
                break;
            default:
                emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, MappingStyle.Block));
                foreach (var (key, value) in node.Entries)
                {
                    Write(emitter, Scalar(key));
                    Write(emitter, value);
                }
                emitter.Emit(new MappingEnd());
                break;
        }
    }

    // Stricter than YAML: a letter first, so that no number, date or version is among them, and no word that YAML 1.1 has a meaning for.
    static bool IsSafe(string text) =>
        text.Length > 0 && char.IsAsciiLetter(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '/' or '-')
        && new YamlNode(YamlKind.Scalar, text, true, 0, [], []) is { IsNull: false, Boolean: null };
}
