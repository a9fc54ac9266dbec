using System.Collections.Immutable;
using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace SyscallProbe.Yaml;

/// <summary>Reads YAML, and with it JSON, into nodes that know their line. Nothing in a file makes an object, a file or a type.</summary>
/// <remarks>
/// The parser is YamlDotNet's; its own tree is not used, as it reads nested nodes by recursion without a limit, so that a hostile file ends the process.
/// An alias is its anchor's node and not a copy of it, so that small files stay small.
/// </remarks>
public static class YamlReader
{
    const int DeepestNesting = 64;

    const string TemplateFix = "a template has to be rendered first, as by `helm template` or `kubectl kustomize`";

    /// <summary>Reads every document of a file; an empty one is left out. O(length).</summary>
    /// <param name="file">As messages name it.</param>
    /// <param name="fix">What to do where it is none.</param>
    /// <exception cref="FailureException">It is no YAML, a key stands twice in one mapping, or it nests deeper than 64 levels; says where.</exception>
    public static ImmutableArray<YamlNode> Read(ReadOnlyMemory<byte> content, string file, string fix = TemplateFix)
    {
        using var text = new StreamReader(new MemoryStream(content.ToArray(), writable: false), new UTF8Encoding(false, throwOnInvalidBytes: true));
        try
        {
            return new Reading(new Parser(text), file, fix).Documents();
        }
        catch (YamlException wrong)
        {
            throw Bad(file, (int)wrong.Start.Line, $"expected YAML, {Lowered(wrong.Message)}", fix, wrong);
        }
        catch (DecoderFallbackException wrong)
        {
            throw new FailureException(new Failure(FailureCode.BadInput, "expected UTF-8", file), wrong);
        }
    }

    static FailureException Bad(string file, int line, string what, string fix, Exception? inner = null) => new(new Failure(FailureCode.BadInput, what, $"{file}:{line}", fix), inner);

    static string Lowered(string message) => message.Length == 0 ? message : char.ToLowerInvariant(message[0]) + message[1..].TrimEnd('.');

    sealed class Reading(Parser parser, string file, string fix)
    {
        readonly Dictionary<string, YamlNode> _anchors = new(StringComparer.Ordinal);

        public ImmutableArray<YamlNode> Documents()
        {
            var documents = ImmutableArray.CreateBuilder<YamlNode>();
            while (parser.MoveNext())
            {
                if (parser.Current is not DocumentStart) continue;
                _anchors.Clear();
                parser.MoveNext();
                var root = Node(0);
                if (!root.IsNull) documents.Add(root);
            }
            return documents.ToImmutable();
        }

        // The parser stands on the node's first event, and on its last when this returns.
        YamlNode Node(int depth)
        {
            var at = parser.Current!;
            var line = (int)at.Start.Line;
            if (depth > DeepestNesting) throw Bad(file, line, $"nested deeper than {DeepestNesting} levels", fix);
            if (at is AnchorAlias alias)
            {
                return _anchors.TryGetValue(alias.Value.Value, out var known) ? known : throw Bad(file, line, $"the alias '*{alias.Value.Value}' stands for nothing before it", fix);
            }
            var node = at switch
            {
                Scalar scalar => new YamlNode(YamlKind.Scalar, scalar.Value, scalar.Style == ScalarStyle.Plain, line, [], []),
                SequenceStart => new YamlNode(YamlKind.Sequence, "", false, line, [], Items(depth)),
                MappingStart => new YamlNode(YamlKind.Mapping, "", false, line, Entries(depth), []),
                _ => throw Bad(file, line, "expected a value", fix),
            };
            if (((NodeEvent)at).Anchor is { IsEmpty: false } anchor) _anchors[anchor.Value] = node;
            return node;
        }

        ImmutableArray<YamlNode> Items(int depth)
        {
            var items = ImmutableArray.CreateBuilder<YamlNode>();
            while (parser.MoveNext() && parser.Current is not SequenceEnd) items.Add(Node(depth + 1));
            return items.ToImmutable();
        }

        ImmutableArray<KeyValuePair<string, YamlNode>> Entries(int depth)
        {
            var entries = ImmutableArray.CreateBuilder<KeyValuePair<string, YamlNode>>();
            var merged = new List<YamlNode>();
            var lines = new Dictionary<string, int>(StringComparer.Ordinal);
            while (parser.MoveNext() && parser.Current is not MappingEnd)
            {
                var key = Node(depth + 1);
                if (key.Kind != YamlKind.Scalar) throw Bad(file, key.Line, "expected a text as key", fix);
                parser.MoveNext();
                var value = Node(depth + 1);
                if (key is { Text: "<<", IsPlain: true })
                {
                    merged.AddRange(value.Kind == YamlKind.Sequence ? value.Items : [value]);
                    continue;
                }
                if (!lines.TryAdd(key.Text, key.Line)) throw Bad(file, key.Line, $"the key '{key.Text}' stands twice, first on line {lines[key.Text]}", fix);
                entries.Add(KeyValuePair.Create(key.Text, value with { Line = key.Line }));
            }
            // What stands in the mapping itself goes before what is merged in, the first source before the next.
            foreach (var (name, value) in merged.SelectMany(source => source.Entries))
            {
                if (lines.TryAdd(name, value.Line)) entries.Add(KeyValuePair.Create(name, value));
            }
            return entries.ToImmutable();
        }
    }
}
