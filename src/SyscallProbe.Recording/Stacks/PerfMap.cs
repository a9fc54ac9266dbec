using System.Globalization;
using System.Text.RegularExpressions;

namespace SyscallProbe.Recording.Stacks;

/// <summary>Names of functions that a JIT has made, from the file that it writes for perf.</summary>
/// <remarks>A line is start and size in hex and a name: tools/perf/Documentation/jit-interface.txt (v6.18). Lines that are none are passed over.</remarks>
sealed partial class PerfMap
{
    readonly List<(ulong Start, ulong Bytes, string Name)> _functions = [];

    public static PerfMap Parse(TextReader text)
    {
        var map = new PerfMap();
        while (text.ReadLine() is { } line)
        {
            var parts = line.Split(' ', 3);
            if (parts.Length == 3 && Hex(parts[0]) is { } start && Hex(parts[1]) is { } bytes) map._functions.Add((start, bytes, Readable(parts[2])));
        }
        return map;
    }

    /// <summary>The function that has an address; of several the last that was written, as code is replaced. Null for none.</summary>
    public string? Find(ulong address)
    {
        for (var i = _functions.Count - 1; i >= 0; i--)
        {
            if (address >= _functions[i].Start && address - _functions[i].Start < _functions[i].Bytes) return _functions[i].Name;
        }
        return null;
    }

    /// <summary>
    /// The .NET runtime's <c>instance void [App] App.Server::Start(int32)[Tier0]</c> and the JVM's <c>void App.Server.Start(int)</c> as <c>App.Server.Start</c>; other
    /// names as they are.
    /// </summary>
    internal static string Readable(string name)
    {
        var method = Method().Match(name);
        if (method.Success) return $"{method.Groups["type"].Value}.{method.Groups["name"].Value}";
        var java = JavaMethod().Match(name);
        return java.Success ? java.Groups["name"].Value : name;
    }

    static ulong? Hex(string text) => ulong.TryParse(text.StartsWith("0x", StringComparison.Ordinal) ? text.AsSpan(2) : text, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var number) ? number : null;

    [GeneratedRegex(@"^.* ?\[[^\[\]]+\] (?<type>[^ :]+)::(?<name>[^(\[]+)[(\[]", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Method();

    [GeneratedRegex(@"^[^ ()]+ (?<name>[^ ()]+\.[^ ().]+)\([^()]*\)$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex JavaMethod();
}
