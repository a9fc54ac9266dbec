using System.Buffers;

namespace SyscallProbe.Kubernetes;

/// <summary>What Kubernetes takes as a name. Facts: k8s.io/apimachinery pkg/util/validation, RFC 1123.</summary>
public static class ObjectNames
{
    /// <summary>Most characters of a DNS label.</summary>
    public const int LongestLabel = 63;

    const int LongestSubdomain = 253;

    static readonly SearchValues<char> s_label = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    /// <summary>
    /// Whether a text can be the <c>handler</c> of a RuntimeClass: a DNS label. No dots, underscores or capitals: a handler named <c>io.containerd.runsc.v1</c>,
    /// <c>kata_qemu</c> or <c>runsc.kvm</c> in the node's configuration can never be reached.
    /// </summary>
    public static bool IsLabel(string text) =>
        text.Length is > 0 and <= LongestLabel && !text.AsSpan().ContainsAnyExcept(s_label) && text[0] != '-' && text[^1] != '-';

    /// <summary>Whether a text can be the name of a RuntimeClass: DNS labels with dots between them.</summary>
    public static bool IsSubdomain(string text) => text.Length is > 0 and <= LongestSubdomain && text.Split('.').All(IsLabel);

    /// <summary>The handler's name itself.</summary>
    /// <param name="where">The option or file that names it, for the error.</param>
    /// <exception cref="FailureException">It is no DNS label.</exception>
    public static string RequireHandler(string text, string? where) => IsLabel(text)
        ? text : throw Wrong($"expected a handler of 1 to {LongestLabel} letters a-z, digits and '-', found '{text}'", where, "a handler with other characters can be configured on a node and never be named by a RuntimeClass");

    /// <summary>The class's name itself.</summary>
    /// <param name="where">The option or file that names it, for the error.</param>
    /// <exception cref="FailureException">It is no DNS subdomain.</exception>
    public static string RequireClass(string text, string? where) => IsSubdomain(text)
        ? text : throw Wrong($"expected a name of letters a-z, digits, '-' and '.', at most {LongestSubdomain}, found '{text}'", where, "for example gvisor");

    static FailureException Wrong(string what, string? where, string fix) => new(new Failure(FailureCode.Usage, what, where, fix));
}
