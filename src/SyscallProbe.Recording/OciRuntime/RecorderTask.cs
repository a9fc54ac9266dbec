using System.Globalization;

namespace SyscallProbe.Recording.OciRuntime;

/// <summary>What a detached recorder is told: which container, and where its trace goes.</summary>
/// <param name="IsRun">Whether runc makes and starts the container at one go.</param>
/// <param name="RuncPid">The process that is, or will be, runc.</param>
sealed record RecorderTask(bool IsRun, int RuncPid, string Root, string Id, string Bundle, string Traces, RuntimeLog Log)
{
    public IReadOnlyList<string> ToWords() =>
        [IsRun ? "run" : "create", RuncPid.ToString(CultureInfo.InvariantCulture), Root, Id, Bundle, Traces, Log.IsJson ? "json" : "text", Log.Path ?? ""];

    public static RecorderTask Parse(IReadOnlyList<string> words) => new(
        words[0] == "run", int.Parse(words[1], CultureInfo.InvariantCulture), words[2], words[3], words[4], words[5],
        new RuntimeLog(words[7].Length == 0 ? null : words[7], words[6] == "json"));
}
