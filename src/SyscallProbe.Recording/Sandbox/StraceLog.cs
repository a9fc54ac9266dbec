using System.Collections.Immutable;
using System.Text;
using SyscallProbe.Traces;

namespace SyscallProbe.Recording.Sandbox;

/// <summary>Records what a workload calls in a real sandbox, from the sandbox's own log.</summary>
/// <remarks>
/// The calls of a health check are in it as well: the log does not tell them apart. All phases are one. Memory is bounded by the kinds of call; the log itself is on the disc, in the run's
/// folder, and is read after that is gone: it is opened before.
/// </remarks>
public sealed class StraceLog(Abi abi) : IRecorder
{
    // As many as the kernel's table of the eBPF recorder has room for.
    const int MostKinds = 65536;
    const int LongestLine = 64 << 10;

    FileStream? _log;

    /// <summary>Lines of strace that were not understood; known after <see cref="Read"/>.</summary>
    public ulong Unparsed { get; private set; }

    /// <summary>Every kind of call once, in the order of its first return; known after <see cref="Read"/>.</summary>
    public ImmutableArray<Observation> InOrder { get; private set; } = [];

    /// <summary>Opens the log of a sandbox that waits to be started.</summary>
    /// <param name="folder">As <see cref="Engines.Workload.SandboxLog"/>.</param>
    /// <exception cref="FailureException">There is none.</exception>
    public void Open(string folder)
    {
        var file = Directory.EnumerateFiles(folder, "*.boot.txt").Order(StringComparer.Ordinal).FirstOrDefault() ?? throw new FailureException(Failures.NoSandboxLog(folder));
        _log = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
    }

    public void Follow(int initPid)
    {
    }

    public bool TakesStacks => false;

    public void SetPhase(Phase phase)
    {
    }

    public RecordedCalls Read()
    {
        var kinds = new Dictionary<(CallKey, Result), int>();
        var seen = new List<Observation>();
        var fewest = new Dictionary<Nr, int>();
        ulong events = 0, lost = 0;
        Unparsed = 0;
        _log!.Position = 0;
        using var reader = new StreamReader(_log, Encoding.UTF8, false, 1 << 16, leaveOpen: true);
        while (NextLine(reader) is { } line)
        {
            if (!StraceLine.IsStrace(line) || StraceLine.IsEnter(line)) continue;
            if (StraceLine.Parse(line, abi, fewest) is not { } call)
            {
                Unparsed++;
                continue;
            }
            if (kinds.TryGetValue((CallKey.Of(call), call.Result), out var at))
            {
                seen[at] = seen[at] with { Count = seen[at].Count + 1, Executables = seen[at].Executables.Union(call.Executables) };
            }
            else if (seen.Count < MostKinds)
            {
                kinds.Add((CallKey.Of(call), call.Result), seen.Count);
                seen.Add(call);
            }
            else
            {
                lost++;
                continue;
            }
            events++;
        }
        InOrder = [.. seen];
        return new RecordedCalls(Trace.Normalised(seen), events, lost, []);
    }

    public void Dispose() => _log?.Dispose();

    // A workload's paths are in it: no line may be as long as it likes.
    static string? NextLine(StreamReader reader)
    {
        var line = new StringBuilder();
        for (var next = reader.Read(); next >= 0; next = reader.Read())
        {
            if (next == '\n') return line.ToString();
            if (line.Length < LongestLine) line.Append((char)next);
        }
        return line.Length > 0 ? line.ToString() : null;
    }
}
