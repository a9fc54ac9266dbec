namespace SyscallProbe.Matrix.Upstream;

/// <summary>Reads what nvproxy calls NVIDIA's driver capabilities: in its tables <c>nvconf.CapCompute</c>, in the flag <c>compute</c>.</summary>
public static class NvproxyCapabilities
{
    /// <summary>The flag's name of each constant, from the cases of <c>DriverCaps.individualString</c> in <c>nvconf/caps.go</c>.</summary>
    public static Dictionary<string, string> Names(GoFile file)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        file.Rewind();
        while (file.SkipPast("case"))
        {
            if (file.Peek().Is(":") && file.Peek(2).Is("return") && file.Peek(3).Kind == GoTokenKind.Text) names[file.Current.Text] = file.Peek(3).Text;
        }
        return names;
    }

    /// <summary>Adds the constants that stand for several, <c>compUtil = nvconf.CapCompute | nvconf.CapUtility</c>: their names joined with <c>|</c>.</summary>
    public static void AddShorthands(GoFile file, Dictionary<string, string> names)
    {
        file.Rewind();
        while (file.Current.Kind != GoTokenKind.End)
        {
            var name = file.Next();
            if (name.Kind != GoTokenKind.Word || !file.IsAt("=", "nvconf", ".")) continue;
            var parts = new List<string>();
            for (; file.Current.Kind is GoTokenKind.Symbol or GoTokenKind.Word; file.Next())
            {
                if (names.TryGetValue(file.Current.Text, out var text)) parts.Add(text);
            }
            if (parts.Count > 0) names[name.Text] = string.Join('|', parts);
        }
    }
}
