using System.Text.Json;

namespace SyscallProbe.Report;

/// <summary>What a workload asks for beside that its calls work: what the recommendation hangs on.</summary>
/// <param name="Calls">Calls counted, without phase init; 0 where nothing was recorded.</param>
/// <param name="FileCalls">Of these, the ones that can be of nothing but files: <c>data/policy/file-calls.csv</c>.</param>
/// <param name="Accelerator"><c>nvidia</c>, <c>tpu</c> or <c>other</c>; null where none was opened or asked for.</param>
/// <param name="MemoryLimitBytes">The sum of the containers' limits; null where a container has none, or no manifest was given.</param>
/// <param name="HasManifest">Whether a manifest was given.</param>
public sealed record WorkloadProfile(ulong Calls, ulong FileCalls, string? Accelerator, long? MemoryLimitBytes, bool HasManifest)
{
    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("profile");
        json.WriteNumber("calls", Calls);
        json.WriteNumber("fileCalls", FileCalls);
        json.WriteString("accelerator", Accelerator);
        if (MemoryLimitBytes is { } limit) json.WriteNumber("memoryLimitBytes", limit);
        else json.WriteNull("memoryLimitBytes");
        json.WriteBoolean("hasManifest", HasManifest);
        json.WriteEndObject();
    }

    internal static WorkloadProfile Read(JsonPlace profile) =>
        new(profile.Number<ulong>("calls"), profile.Number<ulong>("fileCalls"), profile.TextOrNull("accelerator"), profile.NumberOrNull<long>("memoryLimitBytes"), profile.BooleanOrNull("hasManifest") == true);
}
