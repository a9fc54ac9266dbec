using System.Text.Json;

namespace SyscallProbe.Report;

/// <summary>What a baseline says of a target and of its findings; absent without one.</summary>
static class BaselineJson
{
    public static void Write(Utf8JsonWriter json, TargetReport target)
    {
        if (target.Baseline is not { } baseline) return;
        json.WriteStartObject("baseline");
        json.WriteString("target", baseline.Target);
        json.WriteString("verdict", baseline.Before?.Word());
        json.WriteNumber("new", baseline.New);
        json.WriteNumber("worse", baseline.Worse);
        json.WriteNumber("gone", baseline.Gone);
        json.WriteString("gate", baseline.Gate.Word());
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, Finding finding)
    {
        if (finding.Baseline is { } state) json.WriteString("baseline", state.Word());
    }

    public static BaselineResult? Read(JsonPlace target)
    {
        if (!target.Has("baseline")) return null;
        var baseline = target["baseline"];
        return new BaselineResult(baseline.TextOrNull("target"), baseline.Has("verdict") ? baseline.Word<Verdict>("verdict") : null, baseline.Number<int>("new"), baseline.Number<int>("worse"),
            baseline.Number<int>("gone"), baseline.Word<Verdict>("gate"));
    }

    public static BaselineState? ReadOf(JsonPlace finding) => finding.Has("baseline") ? finding.Word<BaselineState>("baseline") : null;
}
