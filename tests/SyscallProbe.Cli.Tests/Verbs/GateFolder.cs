using SyscallProbe.Traces;

namespace SyscallProbe.Cli.Tests.Verbs;

/// <summary>A folder as a CI job has it: traces, a policy, reports. The day in it is 2026-12-01.</summary>
sealed class GateFolder : IDisposable
{
    readonly TemporaryFolder _folder = new();

    static readonly Observation s_read = new(Abi.Amd64, new Nr(0), [], null, Result.Success, Phase.Startup, 9, ["/bin/a"]);

    /// <summary>Blocking under gVisor on defaults.</summary>
    public static Observation Uring { get; } = s_read with { Nr = new Nr(425), Count = 1 };

    /// <summary>Blocking under gVisor on defaults, by another rule.</summary>
    public static Observation Swapon { get; } = s_read with { Nr = new Nr(167), Count = 1 };

    /// <summary>From the first instruction on, nothing lost, ended with 0.</summary>
    public static Evidence Complete { get; } = new() { Events = 9, ExitCode = 0, Succeeded = true, FromFirstInstruction = true };

    public string Path => _folder.Path;

    /// <summary>Writes a trace of a program that reads, and does what else is given.</summary>
    public string Trace(string name, params Observation[] more) => Trace(name, Complete, more);

    public string Trace(string name, Evidence evidence, params Observation[] more)
    {
        Observation[] seen = evidence.Events == 0 ? [] : [s_read, .. more];
        evidence = evidence with { Events = seen.Aggregate(0UL, (sum, observation) => sum + observation.Count) };
        var trace = new Trace([Guid.Parse("11111111-2222-3333-4444-555555555555")], [new Subject(["/bin/a"], null, Abi.Amd64, "6.18.0")], evidence, SyscallProbe.Traces.Trace.Normalised(seen));
        File.WriteAllBytes(In(name), TraceJson.Write(trace));
        return name;
    }

    public string Write(string name, string text)
    {
        File.WriteAllText(In(name), text);
        return name;
    }

    public string Read(string name) => File.ReadAllText(In(name));

    public string In(string name) => System.IO.Path.Combine(Path, name);

    public (int Exit, string Out, string Error) Run(params string[] args) => TestHost.Run(args, Path, today: new DateOnly(2026, 12, 1));

    public void Dispose() => _folder.Dispose();
}
