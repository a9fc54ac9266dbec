using System.Collections.Immutable;
using SyscallProbe.Traces;

namespace SyscallProbe.Assessment;

/// <summary>Errors that a recording shows to be taken: a program got one from a call, and the workload did its work all the same.</summary>
/// <remarks>
/// Weaker than a rehearsal, more than nothing. A call that stands for many (<c>fcntl</c>, <c>prctl</c>) shows something of the operation that was refused only, and of all
/// of them where several were: such a program asks what there is. Of a path the place counts: that a file is missing from a search path says nothing of one that is
/// missing from /proc. Cost: a pass over the observations.
/// </remarks>
sealed class TakenErrors
{
    // Refused so many operations of one call with one errno, a program takes that errno from any.
    const int Several = 2;

    /// <summary>For where there is no recording to learn from.</summary>
    public static TakenErrors None { get; } = new([]);

    readonly Dictionary<Key, HashSet<ulong?>> _operations;

    TakenErrors(Dictionary<Key, HashSet<ulong?>> operations) => _operations = operations;

    /// <summary>What a trace shows; nothing where the workload did not do its work, or nobody knows whether it did.</summary>
    public static TakenErrors Of(Trace trace)
    {
        if (trace.Evidence.Succeeded != true) return None;
        var operations = new Dictionary<Key, HashSet<ulong?>>();
        foreach (var observation in trace.Observations)
        {
            if (observation.Phase == Phase.Init || observation.Result.Errno is not { } errno || Consequences.IsTransient(errno) || IsOfKernel(observation)) continue;
            foreach (var executable in observation.Executables)
            {
                var key = KeyOf(observation, errno, executable);
                if (!operations.TryGetValue(key, out var seen)) operations[key] = seen = [];
                seen.Add(OperationOf(observation));
            }
        }
        return new TakenErrors(operations);
    }

    /// <summary>Whether each of the programs that made a call got that error from such a call.</summary>
    public bool Has(Observation observation, Errno errno) => !observation.Executables.IsEmpty && !IsOfKernel(observation) && observation.Executables.All(executable =>
        _operations.TryGetValue(KeyOf(observation, errno, executable), out var refused) && (refused.Contains(OperationOf(observation)) || refused.Count >= Several));

    static Key KeyOf(Observation observation, Errno errno, string executable) => new(observation.Abi, observation.Nr, errno, executable);

    // The first that is one of a list of names: a command, an option, a family, a clock. Null of a call that has none.
    static ulong? OperationOf(Observation observation)
    {
        var keys = KeyArguments.Of(observation.Abi, observation.Nr);
        foreach (var (name, value) in observation.Arguments)
        {
            if (KeyArguments.Find(keys, name) is { Form: KeyForm.Enum, Socket: null }) return value;
        }
        return null;
    }

    static bool IsOfKernel(Observation observation) => observation.Path is { } path && s_kernel.Any(place => path.StartsWith(place, StringComparison.Ordinal));

    static readonly ImmutableArray<string> s_kernel = ["/proc/", "/sys/", "/dev/"];

    readonly record struct Key(Abi Abi, Nr Nr, Errno Errno, string Executable);
}
