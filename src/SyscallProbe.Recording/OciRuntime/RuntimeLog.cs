using System.Text;
using System.Text.Json;

namespace SyscallProbe.Recording.OciRuntime;

/// <summary>Says what went wrong in runc's own log, where the engine gave it one: standard error is the container's.</summary>
sealed record RuntimeLog(string? Path, bool IsJson)
{
    public void Warn(string message)
    {
        if (Path is null) return;
        var time = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        var text = JsonEncodedText.Encode("syscallprobe: " + message);
        try
        {
            // The forms of logrus, by which runc writes.
            File.AppendAllText(Path, IsJson ? $$"""{"level":"warning","msg":"{{text}}","time":"{{time}}"}""" + "\n" : $"time=\"{time}\" level=warning msg=\"{text}\"\n", new UTF8Encoding(false));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Then there is nobody to tell.
        }
    }
}
