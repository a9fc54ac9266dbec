using SyscallProbe.Kubernetes;

namespace SyscallProbe.Doctor;

/// <summary>Words that several checks and both renderers use.</summary>
static class DoctorWords
{
    /// <summary>As people call a runtime; an empty one stands for what concerns whatever runs.</summary>
    public static string NameOf(string runtime) => runtime switch { "gvisor" => "gVisor", "kata" => "Kata", _ => "any runtime" };

    /// <summary>As JSON and the table have a status or readiness.</summary>
    public static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();

    /// <summary>Names, those behind the third counted.</summary>
    public static string Listed(IReadOnlyCollection<string> names) => string.Join(", ", names.Take(3)) + (names.Count > 3 ? $" and {names.Count - 3} more" : "");

    /// <summary>Labels as kubectl takes them.</summary>
    public static string Labels(IEnumerable<KeyValuePair<string, string>> labels) => string.Join(' ', labels.Select(label => $"{label.Key}={label.Value}"));

    /// <summary>How containerd of a release wants its file to be; null where the release is not known. Of two, the older one, which later ones read as well.</summary>
    public static ContainerdDialect? DialectFor(string containerd) => containerd.Length == 0 ? null : ContainerdDialect.All
        .Where(dialect => !DottedNumber.IsBelow(containerd, dialect.Since) && (dialect.Until is null || !DottedNumber.IsBelow(dialect.Until, Minor(containerd))))
        .GroupBy(dialect => dialect.Plugin).Select(group => group.First()).LastOrDefault();

    /// <summary>The table of a handler as the file writes it.</summary>
    public static string TableOf(ContainerdDialect dialect, string handler) => $"[{string.Join('.', dialect.PathOf(handler).Select(key => key.Contains('.') ? $"'{key}'" : key))}]";

    // 1.7 covers 1.7.27.
    static string Minor(string version) => string.Join('.', version.Split('.').Take(2));
}
