using System.Collections.Immutable;
using System.Globalization;
using SyscallProbe.Report;
using SyscallProbe.Rules;
using SyscallProbe.Yaml;

namespace SyscallProbe.Policies;

/// <summary>Reads policies. What is not understood is an error and never passed over: a gate that reads half of its policy is none.</summary>
public static class PolicyReader
{
    const string Fix = "schemas/policy.schema.json describes the file";
    const string Example = "a list such as `- {rule: GV0012, statement: restores the terminal itself, expires: 2027-01-31}`";

    static readonly string[] s_lists = ["targets"];
    static readonly string[] s_texts = ["fail-on", "trust"];
    static readonly string[] s_keys = [.. s_lists, .. s_texts, "consequences", "waivers"];
    static readonly string[] s_waiverKeys = ["rule", "scope", "statement", "expires"];

    /// <summary>Reads one policy; an empty file decides nothing.</summary>
    /// <param name="file">As messages name it.</param>
    /// <exception cref="FailureException">No YAML, an unknown key or rule, a value that does not fit, or a waiver without statement or date; says which and on which line.</exception>
    public static Policy Read(ReadOnlyMemory<byte> yaml, string file)
    {
        var documents = YamlReader.Read(yaml, file, Fix);
        if (documents.Length > 1) throw Bad(file, documents[1], "expected one document, found several");
        var root = documents.IsEmpty ? new YamlNode(YamlKind.Mapping, "", false, 1, [], []) : documents[0];
        Expect(root, YamlKind.Mapping, file, $"the keys {string.Join(", ", s_keys)}");
        RefuseUnknown(root, s_keys, file);
        var settings = ImmutableDictionary.CreateBuilder<string, PolicySetting>();
        foreach (var key in s_lists)
        {
            if (root[key] is { } list) settings[key] = new PolicySetting([.. Items(list, file, "a list of targets").Select(item => TextOf(item, file, "a target such as gvisor@release-20260817.0"))], list.Line);
        }
        foreach (var key in s_texts)
        {
            if (root[key] is { } value) settings[key] = new PolicySetting([TextOf(value, file, "one word")], value.Line);
        }
        return new Policy(file, settings.ToImmutable(), Consequences(root["consequences"], file), [.. root["waivers"] is { } waivers ? Items(waivers, file, Example).Select(item => WaiverOf(item, file)) : []]);
    }

    static ImmutableDictionary<string, Consequence> Consequences(YamlNode? node, string file)
    {
        if (node is null) return ImmutableDictionary<string, Consequence>.Empty;
        Expect(node, YamlKind.Mapping, file, "a consequence by rule, such as `GV0012: harmless`");
        var words = Enum.GetValues<Consequence>().ToDictionary(consequence => consequence.Word());
        return node.Entries.ToImmutableDictionary(entry => RuleOf(entry.Key, entry.Value, file),
            entry => words.TryGetValue(TextOf(entry.Value, file, "one word"), out var consequence) ? consequence
                : throw Bad(file, entry.Value, $"expected one of {string.Join(", ", words.Keys)}, found '{entry.Value.Text}'{Nearest.Meant(entry.Value.Text, words.Keys)}"));
    }

    static Waiver WaiverOf(YamlNode node, string file)
    {
        Expect(node, YamlKind.Mapping, file, "a waiver with rule, statement and expires");
        RefuseUnknown(node, s_waiverKeys, file);
        var rule = RuleOf(TextOf(Needed(node, "rule", "the id of a rule, as reports print it", file), file, "the id of a rule"), node["rule"]!, file);
        var statement = TextOf(Needed(node, "statement", "why the finding is accepted", file), file, "a sentence");
        if (string.IsNullOrWhiteSpace(statement)) throw Bad(file, node["statement"]!, "the statement is empty: expected why the finding is accepted");
        var expires = Needed(node, "expires", "the last day on which it holds, as 2027-01-31", file);
        if (!DateOnly.TryParseExact(TextOf(expires, file, "a day"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            throw Bad(file, expires, $"expected a day such as 2027-01-31, found '{expires.Text}'");
        }
        return new Waiver(rule, ScopeOf(node["scope"], file), statement, day, node.Line);
    }

    static WaiverScope ScopeOf(YamlNode? node, string file)
    {
        if (node is null) return new WaiverScope(null, null, null);
        Expect(node, YamlKind.Mapping, file, $"a scope with {string.Join(", ", WaiverScope.Keys)}");
        RefuseUnknown(node, WaiverScope.Keys, file);
        string? Glob(string key) => node[key] is { } value ? TextOf(value, file, "a glob such as /usr/bin/*") : null;
        return new WaiverScope(Glob("executable"), Glob("image"), Glob("argument"));
    }

    static string RuleOf(string id, YamlNode at, string file) =>
        FindingTexts.Find(id) is not null ? id : throw Bad(file, at, $"unknown rule '{id}'{Nearest.Meant(id, FindingTexts.Ids)}");

    static YamlNode Needed(YamlNode node, string key, string what, string file) => node[key] ?? throw Bad(file, node, $"the waiver has no '{key}': expected {what}");

    static ImmutableArray<YamlNode> Items(YamlNode node, string file, string expected)
    {
        Expect(node, YamlKind.Sequence, file, expected);
        return node.Items;
    }

    static string TextOf(YamlNode node, string file, string expected)
    {
        Expect(node, YamlKind.Scalar, file, expected);
        return node.IsNull || node.Text.Length == 0 ? throw Bad(file, node, $"expected {expected}, found nothing") : node.Text;
    }

    static void Expect(YamlNode node, YamlKind kind, string file, string expected)
    {
        if (node.Kind != kind) throw Bad(file, node, $"expected {expected}, found {node.Kind switch { YamlKind.Mapping => "a mapping", YamlKind.Sequence => "a list", _ => $"'{node.Text}'" }}");
    }

    static void RefuseUnknown(YamlNode node, IReadOnlyList<string> known, string file)
    {
        foreach (var (key, value) in node.Entries)
        {
            if (!known.Contains(key)) throw Bad(file, value, $"unknown key '{key}'; expected one of {string.Join(", ", known)}{Nearest.Meant(key, known)}");
        }
    }

    static FailureException Bad(string file, YamlNode at, string what) => new(new Failure(FailureCode.BadInput, what, $"{file}:{at.Line}", Fix));
}
