namespace SyscallProbe.Traces;

/// <summary>What was called, apart from what it gave and when: two observations with one key are the same call.</summary>
/// <param name="Arguments">As in traces, joined: equal arguments give equal text.</param>
public readonly record struct CallKey(Abi Abi, Nr Nr, string Arguments, string? Path)
{
    public static CallKey Of(Observation observation) => new(observation.Abi, observation.Nr,
        string.Join(',', observation.Arguments.Select(argument => $"{argument.Name}={argument.Value}")), observation.Path);
}
