using System.Collections.Immutable;
using System.Text.Json;

namespace SyscallProbe.Traces;

/// <summary>Reads one trace file; every error names the file and the place inside.</summary>
sealed class TraceReader(string file)
{
    public Trace Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Read(document.RootElement);
        }
        catch (JsonException error)
        {
            throw Bad("expected a trace in JSON", $"line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}");
        }
        catch (InvalidOperationException)
        {
            throw Bad("expected UTF-8 without lone surrogates", "a string");
        }
        catch (OverflowException)
        {
            throw Bad("the counts add up to more than 2^64", "$.observations");
        }
    }

    Trace Read(JsonElement root)
    {
        var version = Number<int>(root, "schemaVersion", "$");
        if (version != Trace.SchemaVersion) throw Bad($"expected schemaVersion {Trace.SchemaVersion}, found {version}", "$.schemaVersion");

        var observations = Items(root, "observations", "$").Select(ReadObservation).ToArray();
        return new Trace(
            [.. Items(root, "ids", "$").Select(item => item.Element.TryGetGuid(out var id) ? id : throw Bad("expected a UUID", item.Place))],
            [.. Items(root, "subjects", "$").Select(ReadSubject)],
            ReadEvidence(Property(root, "evidence", "$"), EventsOf(observations)),
            Trace.Normalised(observations));
    }

    Subject ReadSubject((JsonElement Element, string Place) item)
    {
        var (subject, place) = item;
        return new Subject([.. Strings(subject, "argv", place)], OptionalText(subject, "image", place), AbiOf(subject, "arch", place), OptionalText(subject, "kernel", place))
        {
            Capabilities = Has(subject, "capabilities") ? CapabilitiesOf(Strings(subject, "capabilities", place), place) : null,
        };
    }

    // The counts are the truth: a file whose total was edited must not look more complete than it is.
    Evidence ReadEvidence(JsonElement evidence, ulong events)
    {
        const string place = "$.evidence";
        var stated = Number<ulong>(evidence, "events", place);
        if (stated != events) throw Bad($"expected {events}, the sum of the counts, found {stated}", $"{place}.events");
        return new Evidence
        {
            Events = events,
            Lost = Number<ulong>(evidence, "lost", place),
            Unparsed = Number<ulong>(evidence, "unparsed", place),
            Runs = Number<int>(evidence, "runs", place),
            ExitCode = Has(evidence, "exitCode") ? Number<int>(evidence, "exitCode", place) : null,
            Signal = Has(evidence, "signal") ? Number<int>(evidence, "signal", place) : null,
            Healthy = OptionalBoolean(evidence, "healthy", place),
            Succeeded = OptionalBoolean(evidence, "succeeded", place),
            FromFirstInstruction = OptionalBoolean(evidence, "fromFirstInstruction", place) ?? false,
            NamesOnly = OptionalBoolean(evidence, "namesOnly", place) ?? false,
            Reasons = [.. Strings(evidence, "reasons", place)],
        };
    }

    Observation ReadObservation((JsonElement Element, string Place) item)
    {
        var (observation, place) = item;
        var abi = AbiOf(observation, "abi", place);
        var nr = new Nr(Number<int>(observation, "nr", place));
        var count = Number<ulong>(observation, "count", place);
        if (count == 0) throw Bad("expected at least 1", $"{place}.count");
        var resultText = Text(observation, "result", place);
        var phaseText = Text(observation, "phase", place);
        return new Observation(abi, nr, ReadArguments(observation, abi, nr, place), OptionalText(observation, "path", place),
            Result.TryParse(resultText, out var result) ? result : throw Bad($"expected success, never or an errno, found '{resultText}'", $"{place}.result"),
            Enum.GetValues<Phase>().Where(phase => TraceJson.PhaseWord(phase) == phaseText) is var phases && phases.Any()
                ? phases.First() : throw Bad($"expected init, startup, serving or shutdown, found '{phaseText}'", $"{place}.phase"),
            count, [.. Strings(observation, "executables", place)]);
    }

    ImmutableArray<Argument> ReadArguments(JsonElement observation, Abi abi, Nr nr, string place)
    {
        var arguments = Property(observation, "arguments", place);
        if (arguments.ValueKind != JsonValueKind.Object) throw Bad("expected an object", $"{place}.arguments");
        var texts = arguments.EnumerateObject().Select(property => KeyValuePair.Create(property.Name,
            property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString()! : property.Value.GetRawText()));
        return ArgumentTexts.TryParse(abi, nr, [.. texts], out var result, out var wrong) ? result : throw Bad(wrong, $"{place}.arguments");
    }

    static ulong EventsOf(IEnumerable<Observation> observations) =>
        observations.Where(observation => observation.Phase != Phase.Init).Aggregate(0UL, (sum, observation) => checked(sum + observation.Count));

    ulong CapabilitiesOf(IEnumerable<string> names, string place) => names.Aggregate(0UL, (set, name) =>
        Capabilities.TryParse(name, out var number) ? set | 1UL << number : throw Bad($"unknown capability '{name}'", $"{place}.capabilities"));

    Abi AbiOf(JsonElement parent, string name, string place) =>
        AbiNames.TryParse(Text(parent, name, place), out var abi)
            ? abi : throw Bad($"expected {string.Join(", ", AbiNames.All)}, found '{Text(parent, name, place)}'", $"{place}.{name}");

    JsonElement Property(JsonElement parent, string name, string place) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) ? value : throw Bad($"'{name}' is missing", place);

    static bool Has(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    T Number<T>(JsonElement parent, string name, string place) where T : struct, System.Numerics.INumber<T>
    {
        var value = Property(parent, name, place);
        return value.ValueKind == JsonValueKind.Number && T.TryParse(value.GetRawText(), null, out var number)
            ? number : throw Bad($"expected a whole number, found {Cut(value.GetRawText())}", $"{place}.{name}");
    }

    string Text(JsonElement parent, string name, string place) =>
        OptionalText(parent, name, place) ?? throw Bad($"'{name}' is missing", place);

    string? OptionalText(JsonElement parent, string name, string place) =>
        !Has(parent, name) ? null
        : Property(parent, name, place) is { ValueKind: JsonValueKind.String } value ? value.GetString()
        : throw Bad("expected a string", $"{place}.{name}");

    bool? OptionalBoolean(JsonElement parent, string name, string place) =>
        !Has(parent, name) ? null
        : Property(parent, name, place) is { ValueKind: JsonValueKind.True or JsonValueKind.False } value ? value.GetBoolean()
        : throw Bad("expected true or false", $"{place}.{name}");

    IEnumerable<string> Strings(JsonElement parent, string name, string place) =>
        Items(parent, name, place).Select(item => item.Element.ValueKind == JsonValueKind.String ? item.Element.GetString()! : throw Bad("expected a string", item.Place));

    IEnumerable<(JsonElement Element, string Place)> Items(JsonElement parent, string name, string place)
    {
        var list = Property(parent, name, place);
        return list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Select((element, index) => (element, $"{place}.{name}[{index}]"))
            : throw Bad("expected an array", $"{place}.{name}");
    }

    static string Cut(string text) => text.Length <= 120 ? text : $"{text[..120]}… ({text.Length} characters)";

    FailureException Bad(string what, string place) =>
        new(new Failure(FailureCode.BadInput, what, $"{file}: {place}", "record again, or check that the file is a trace of this version"));
}
