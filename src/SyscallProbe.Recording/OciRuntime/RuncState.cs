using System.Text.Json;
using SyscallProbe.Recording.Host;

namespace SyscallProbe.Recording.OciRuntime;

/// <summary>What runc has written down of a container that it has made: <c>ROOT/ID/state.json</c> (libcontainer/container.go, BaseState, v1.1).</summary>
/// <param name="Pid">The init's process id, as the host sees it.</param>
/// <param name="StartTicks">When it was started, as in <see cref="ProcessStat"/>.</param>
/// <param name="Bundle">Where its bundle was when it was made; null where that is not written down.</param>
sealed record RuncState(int Pid, ulong StartTicks, string? Bundle)
{
    /// <summary>Null when there is no such container, or its file is not whole yet.</summary>
    public static RuncState? Read(string root, string id)
    {
        try
        {
            using var stream = File.OpenRead(Path.Combine(root, id, "state.json"));
            using var file = JsonDocument.Parse(stream);
            var state = file.RootElement;
            return new RuncState(state.GetProperty("init_process_pid").GetInt32(), state.GetProperty("init_process_start").GetUInt64(), BundleOf(state.GetProperty("config")));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    // Among the labels, each NAME=VALUE: libcontainer/specconv/spec_linux.go.
    static string? BundleOf(JsonElement config)
    {
        const string label = "bundle=";
        return config.TryGetProperty("labels", out var labels) && labels.ValueKind == JsonValueKind.Array
            ? labels.EnumerateArray().Select(text => text.GetString()).FirstOrDefault(text => text?.StartsWith(label, StringComparison.Ordinal) == true)?[label.Length..] : null;
    }

    public bool IsRunning => ProcessStat.Read(Pid) is { HasEnded: false } stat && stat.StartTicks == StartTicks;
}
