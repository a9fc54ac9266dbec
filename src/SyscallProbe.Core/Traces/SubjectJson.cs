using System.Text.Json;

namespace SyscallProbe.Traces;

/// <summary><c>subject</c> as traces and reports have it.</summary>
static class SubjectJson
{
    public static void Write(Utf8JsonWriter json, Subject subject)
    {
        json.WriteStartObject();
        json.WriteStartArray("argv");
        foreach (var argument in subject.Argv) json.WriteStringValue(argument);
        json.WriteEndArray();
        json.WriteString("image", subject.Image);
        json.WriteString("arch", subject.Arch.Name());
        json.WriteString("kernel", subject.Kernel);
        if (subject.Capabilities is { } capabilities)
        {
            json.WriteStartArray("capabilities");
            for (var number = 0; number < 64; number++)
            {
                if ((capabilities & 1UL << number) != 0) json.WriteStringValue(Capabilities.NameOf(number));
            }
            json.WriteEndArray();
        }
        else
        {
            json.WriteNull("capabilities");
        }
        json.WriteEndObject();
    }

    public static Subject Read(JsonPlace subject) =>
        new([.. subject.Texts("argv")], subject.TextOrNull("image"), ReadAbi(subject, "arch"), subject.TextOrNull("kernel"))
        {
            Capabilities = subject.Has("capabilities") ? ReadCapabilities(subject) : null,
        };

    public static Abi ReadAbi(JsonPlace parent, string name) =>
        AbiNames.TryParse(parent.Text(name), out var abi) ? abi : throw parent[name].Bad($"expected {string.Join(", ", AbiNames.All)}, found '{parent.Text(name)}'");

    static ulong ReadCapabilities(JsonPlace subject) => subject.Texts("capabilities").Aggregate(0UL, (set, name) =>
        Capabilities.TryParse(name, out var number) ? set | 1UL << number : throw subject["capabilities"].Bad($"unknown capability '{name}'"));
}
