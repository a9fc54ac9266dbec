using System.Collections.Immutable;
using System.Text.Json;

namespace SyscallProbe.Report;

/// <summary>Why the policy says what it says.</summary>
/// <param name="Row">The <c>order</c> of the row of <c>data/policy/recommendation.csv</c> that decided.</param>
/// <param name="Facts">All that the policy looked at, in its own order.</param>
public sealed record PolicyDecision(int Row, ImmutableArray<PolicyFact> Facts)
{
    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("policy");
        json.WriteNumber("row", Row);
        json.WriteStartArray("facts");
        foreach (var fact in Facts)
        {
            json.WriteStartObject();
            json.WriteString("name", fact.Name);
            json.WriteString("value", fact.Value);
            json.WriteString("text", fact.Text);
            json.WriteBoolean("decides", fact.Decides);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    internal static PolicyDecision Read(JsonPlace policy) =>
        new(policy.Number<int>("row"), [.. policy.Items("facts").Select(fact => new PolicyFact(fact.Text("name"), fact.Text("value"), fact.Text("text"), fact.BooleanOrNull("decides") == true))]);
}

/// <summary>A fact that the policy looked at.</summary>
/// <param name="Name">The column: <c>trust</c>, <c>gvisor</c>, <c>io</c>.</param>
/// <param name="Value">As the column compares it: <c>untrusted</c>, <c>compatible</c>, <c>heavy</c>.</param>
/// <param name="Text">Where the value comes from, without a full stop.</param>
/// <param name="Decides">Whether the row that decided asks for it; the others made no difference to that row.</param>
public sealed record PolicyFact(string Name, string Value, string Text, bool Decides)
{
    public override string ToString() => $"{Name} {Value}{(Text.Length == 0 ? "" : $" ({Text})")}";
}
