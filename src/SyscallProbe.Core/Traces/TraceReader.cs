using System.Collections.Immutable;

namespace SyscallProbe.Traces;

/// <summary>Reads one trace file; every error names the file and the place inside.</summary>
static class TraceReader
{
    public static Trace Read(ReadOnlyMemory<byte> json, string file) =>
        JsonPlace.Read(json, new JsonPlace.Source(file, "record again, or check that the file is a trace of this version"), "a trace", Read);

    static Trace Read(JsonPlace root)
    {
        var version = root.Number<int>("schemaVersion");
        if (version != Trace.SchemaVersion) throw root["schemaVersion"].Bad($"expected schemaVersion {Trace.SchemaVersion}, found {version}");

        var evidence = EvidenceJson.Read(root["evidence"]);
        var observations = root.Items("observations").Select(observation => ReadObservation(observation, evidence.Runs)).ToArray();
        // The counts are the truth: a file whose total was edited must not look more complete than it is.
        var events = EventsOf(observations, root);
        if (evidence.Events != events) throw root["evidence"]["events"].Bad($"expected {events}, the sum of the counts, found {evidence.Events}");
        return new Trace(
            [.. root.Items("ids").Select(item => item.Element is { ValueKind: System.Text.Json.JsonValueKind.String } text && text.TryGetGuid(out var id) ? id : throw item.Bad("expected a UUID"))],
            [.. root.Items("subjects").Select(SubjectJson.Read)], evidence, Trace.Normalised(observations))
        {
            Mappings = LatentJson.ReadMappings(root),
            Latent = LatentCall.Normalised(LatentJson.ReadCalls(root), observations),
        };
    }

    static Observation ReadObservation(JsonPlace observation, int runs)
    {
        var abi = SubjectJson.ReadAbi(observation, "abi");
        var nr = new Nr(observation.Number<int>("nr"));
        var count = observation.Number<ulong>("count");
        if (count == 0) throw observation["count"].Bad("expected at least 1");
        var result = observation.Text("result");
        return new Observation(abi, nr, ReadArguments(observation, abi, nr), observation.TextOrNull("path"),
            Result.TryParse(result, out var parsed) ? parsed : throw observation["result"].Bad($"expected success, never or an errno, found '{result}'"),
            observation.Word<Phase>("phase"), count, [.. observation.Texts("executables")])
        {
            // A merged trace of an older version does not say in how many.
            Runs = runs == 1 ? 1 : observation.NumberOrNull<int>("runs"),
            Stack = [.. observation.Has("stack") ? observation.Texts("stack") : []],
        };
    }

    static ImmutableArray<Argument> ReadArguments(JsonPlace observation, Abi abi, Nr nr) =>
        ArgumentTexts.TryParse(abi, nr, [.. observation.TextPairs("arguments")], out var result, out var wrong) ? result : throw observation["arguments"].Bad(wrong);

    static ulong EventsOf(Observation[] observations, JsonPlace root)
    {
        try
        {
            // Not only the sum: adding up kinds that stand twice must not overflow either.
            _ = observations.Aggregate(0UL, (sum, observation) => checked(sum + observation.Count));
            return observations.Where(observation => observation.Phase != Phase.Init).Aggregate(0UL, (sum, observation) => sum + observation.Count);
        }
        catch (OverflowException)
        {
            throw root["observations"].Bad("the counts add up to more than 2^64");
        }
    }
}
