using System.Text.Json;

namespace SyscallProbe.Traces;

/// <summary><c>evidence</c> as traces and reports have it.</summary>
static class EvidenceJson
{
    // Of recordings made by different recorders.
    const char Separator = '+';

    /// <param name="kinds">Distinct kinds of call, which a report has beside the trace's own properties; null leaves it out.</param>
    /// <param name="singleRunKinds">As <see cref="Trace.SingleRunKinds"/>.</param>
    public static void Write(Utf8JsonWriter json, Evidence evidence, int? kinds, int? singleRunKinds)
    {
        json.WriteStartObject();
        json.WriteString("grade", evidence.Grade.ToString().ToLowerInvariant());
        json.WriteNumber("events", evidence.Events);
        if (kinds is { } number) json.WriteNumber("kinds", number);
        json.WriteNumber("lost", evidence.Lost);
        json.WriteNumber("unparsed", evidence.Unparsed);
        json.WriteNumber("runs", evidence.Runs);
        WriteNumber(json, "exitCode", evidence.ExitCode);
        if (evidence.Signal is { } signal) json.WriteNumber("signal", signal);
        WriteBoolean(json, "healthy", evidence.Healthy);
        WriteBoolean(json, "succeeded", evidence.Succeeded);
        json.WriteBoolean("fromFirstInstruction", evidence.FromFirstInstruction);
        json.WriteBoolean("namesOnly", evidence.NamesOnly);
        if (evidence.LastNewKind is not null || evidence.LateKinds is not null || singleRunKinds is not null) WriteSaturation(json, evidence, singleRunKinds);
        json.WriteBoolean("seccompFilter", evidence.SeccompFilter);
        json.WriteString("recorder", evidence.Recorders.IsEmpty ? null : string.Join(Separator, evidence.Recorders));
        json.WriteStartArray("reasons");
        foreach (var reason in evidence.Reasons) json.WriteStringValue(reason);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Reads what <see cref="Write"/> writes; the grade follows from the rest and is not read.</summary>
    public static Evidence Read(JsonPlace evidence) => new()
    {
        Events = evidence.Number<ulong>("events"),
        Lost = evidence.Number<ulong>("lost"),
        Unparsed = evidence.Number<ulong>("unparsed"),
        Runs = evidence.Number<int>("runs"),
        ExitCode = evidence.NumberOrNull<int>("exitCode"),
        Signal = evidence.NumberOrNull<int>("signal"),
        Healthy = evidence.BooleanOrNull("healthy"),
        Succeeded = evidence.BooleanOrNull("succeeded"),
        FromFirstInstruction = evidence.BooleanOrNull("fromFirstInstruction") ?? false,
        NamesOnly = evidence.BooleanOrNull("namesOnly") ?? false,
        SeccompFilter = evidence.BooleanOrNull("seccompFilter") ?? false,
        Recorders = [.. evidence.TextOrNull("recorder")?.Split(Separator) ?? []],
        Reasons = [.. evidence.Texts("reasons")],
        LastNewKind = evidence.Has("saturation") ? evidence["saturation"].NumberOrNull<double>("lastNewKind") : null,
        LateKinds = evidence.Has("saturation") ? evidence["saturation"].NumberOrNull<int>("lateKinds") : null,
    };

    static void WriteSaturation(Utf8JsonWriter json, Evidence evidence, int? singleRunKinds)
    {
        json.WriteStartObject("saturation");
        if (evidence.LastNewKind is { } last) json.WriteNumber("lastNewKind", Math.Round(last, 3));
        else json.WriteNull("lastNewKind");
        WriteNumber(json, "lateKinds", evidence.LateKinds);
        WriteNumber(json, "singleRunKinds", singleRunKinds);
        json.WriteEndObject();
    }

    static void WriteNumber(Utf8JsonWriter json, string name, int? value)
    {
        if (value is { } number) json.WriteNumber(name, number);
        else json.WriteNull(name);
    }

    static void WriteBoolean(Utf8JsonWriter json, string name, bool? value)
    {
        if (value is { } boolean) json.WriteBoolean(name, boolean);
        else json.WriteNull(name);
    }
}
