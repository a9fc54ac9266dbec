using System.Collections.Immutable;

namespace SyscallProbe.Yaml;

/// <summary>What a <see cref="YamlNode"/> is.</summary>
public enum YamlKind
{
    Mapping,
    Sequence,
    Scalar,
}

/// <summary>A node of a YAML document, or of a JSON one, with the line that it begins on.</summary>
/// <param name="Text">The scalar as written, without its quotes; empty for the other kinds.</param>
/// <param name="IsPlain">Whether a scalar stands without quotes, so that <c>true</c> is a truth value and not a text.</param>
/// <param name="Line">1-based.</param>
/// <param name="Entries">Of a mapping, in the order of the file, merge keys (<c>&lt;&lt;</c>) resolved; else empty.</param>
/// <param name="Items">Of a sequence; else empty.</param>
public sealed record YamlNode(
    YamlKind Kind, string Text, bool IsPlain, int Line, ImmutableArray<KeyValuePair<string, YamlNode>> Entries, ImmutableArray<YamlNode> Items)
{
    /// <summary>Whether this is YAML's null, which stands for absence.</summary>
    public bool IsNull => Kind == YamlKind.Scalar && IsPlain && Text is "" or "~" or "null" or "Null" or "NULL";

    /// <summary>A truth value as YAML 1.1 writes it, which Kubernetes' own reader takes; null for anything else.</summary>
    public bool? Boolean => Kind != YamlKind.Scalar || !IsPlain ? null : Text switch
    {
        "true" or "True" or "TRUE" or "yes" or "Yes" or "YES" or "on" or "On" or "ON" or "y" or "Y" => true,
        "false" or "False" or "FALSE" or "no" or "No" or "NO" or "off" or "Off" or "OFF" or "n" or "N" => false,
        _ => null,
    };

    /// <summary>The value of a key; null where there is none, it is null, or this is no mapping.</summary>
    public YamlNode? this[string key]
    {
        get
        {
            foreach (var (name, value) in Entries)
            {
                if (name == key) return value.IsNull ? null : value;
            }
            return null;
        }
    }

    /// <summary>The node at the end of a path of keys; null where it leads nowhere.</summary>
    public YamlNode? Find(params ReadOnlySpan<string> keys)
    {
        var node = this;
        foreach (var key in keys)
        {
            if (node[key] is not { } next) return null;
            node = next;
        }
        return node;
    }

    /// <summary>The scalar at a key; null where there is none or it is no scalar.</summary>
    public string? TextOf(string key) => this[key] is { Kind: YamlKind.Scalar } scalar ? scalar.Text : null;
}
