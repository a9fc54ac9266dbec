using System.Text;
using System.Text.Json;
using SyscallProbe.Cli.Options;
using SyscallProbe.Report;

namespace SyscallProbe.Cli.Output;

/// <summary>Where a result goes: standard output, or a file that appears under its name only when it is whole.</summary>
/// <remarks>Open it before the work begins, so that a place that cannot be written is an error at once; call <see cref="Complete"/> when all is written.</remarks>
sealed class ResultFile : IDisposable
{
    readonly string? _path;
    readonly string? _temporary;

    ResultFile(TextWriter writer, string? path, string? temporary) => (Writer, _path, _temporary) = (writer, path, temporary);

    public TextWriter Writer { get; }

    /// <summary>Whether what is written is seen by a person who has colours.</summary>
    public bool HasColour { get; private init; }

    /// <summary>The columns that a line may have.</summary>
    public int Width { get; private init; }

    /// <summary>Opens what <c>--output</c> names, or standard output.</summary>
    /// <exception cref="FailureException">The file cannot be written.</exception>
    public static ResultFile Open(Settings settings, CliHost host)
    {
        if (settings.OutputPath is { } path) return Open(path, settings.OriginOf(OptionTable.Output).ToString(), host);
        var colour = host.OutIsTerminal && !settings.RefusesColour && host.Environment.GetValueOrDefault("NO_COLOR", "").Length == 0
            && host.Environment.GetValueOrDefault("TERM") != "dumb";
        return new ResultFile(host.Out, null, null) { HasColour = colour, Width = host.Width };
    }

    /// <summary>Opens a file, given by the option or variable <paramref name="origin"/>.</summary>
    /// <exception cref="FailureException">The file cannot be written.</exception>
    public static ResultFile Open(string path, string origin, CliHost host)
    {
        var full = Path.GetFullPath(path, host.WorkingDirectory);
        try
        {
            if (Directory.Exists(full)) throw new IOException("it is a folder");
            if (Special(full) is { } device) return new ResultFile(WriterOf(device), full, null) { Width = host.Width };
            // A link stays a link: what it points to is replaced.
            if (File.Exists(full)) full = File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full;
            var temporary = Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.{Guid.NewGuid():N}");
            return new ResultFile(WriterOf(new FileStream(temporary, FileMode.CreateNew, FileAccess.Write)), full, temporary) { Width = host.Width };
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            throw new FailureException(new Failure(FailureCode.Usage, $"cannot write {Failures.Quoted(path)}: {wrong.Message.TrimEnd('.')}", origin,
                "name a file in a folder that exists and may be written"), wrong);
        }
    }

    /// <summary>The same place for a renderer.</summary>
    public TextOutput Text => new(Writer, Width, HasColour ? Ansi.Styled : (_, text) => text);

    /// <summary>Writes a JSON document.</summary>
    public void WriteJson(Action<Utf8JsonWriter> content) => JsonText.Write(Writer, content);

    /// <summary>Heavier where there is colour, else as it is.</summary>
    public string Bold(string text) => HasColour ? Ansi.Styled(TextStyle.Strong, text) : text;

    /// <summary>Puts the file in its place. Without this call it is gone after <see cref="Dispose"/>.</summary>
    public void Complete()
    {
        Writer.Flush();
        if (_path is null) return;
        Writer.Dispose();
        if (_temporary is not null) File.Move(_temporary, _path, overwrite: true);
    }

    public void Dispose()
    {
        if (_path is null) return;
        Writer.Dispose();
        if (_temporary is not null) File.Delete(_temporary);
    }

    // What has no name to take over is written as it is: devices (some can be sought in, /dev/null too), pipes, sockets.
    static FileStream? Special(string path)
    {
        if (!File.Exists(path)) return null;
        var stream = new FileStream(path, FileMode.Open, FileAccess.Write);
        if (!stream.CanSeek || path.StartsWith("/dev/", StringComparison.Ordinal)) return stream;
        stream.Dispose();
        return null;
    }

    static StreamWriter WriterOf(FileStream stream) => new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\n" };
}
