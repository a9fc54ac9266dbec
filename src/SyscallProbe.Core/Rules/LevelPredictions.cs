using System.Collections.Concurrent;
using SyscallProbe.Matrix;

namespace SyscallProbe.Rules;

/// <summary>What gVisor's own table says of a syscall, as a prediction; each is made once.</summary>
static class LevelPredictions
{
    const string NotInTable = "GV0001", AlwaysError = "GV0002", NeedsCapability = "GV0003", NotStudied = "GV0004";

    // By slot, code and whether the caller has the capability of a gate.
    static readonly ConcurrentDictionary<int, Prediction> s_known = new();

    /// <param name="code">The entry's, by which <see cref="GvisorLevels"/> knows it.</param>
    /// <param name="hasCapability">Whether the caller has the capability of a gate.</param>
    public static Prediction Of(Abi abi, Nr nr, int code, LevelEntry entry, bool hasCapability)
    {
        // A trace may be made up of any numbers: those that the kernel does not have are not kept, and share a slot.
        if (Syscalls.NameOf(abi, nr) is null || (uint)nr.Value >= LevelTable.NumbersPerAbi) return Make(abi, nr, entry, hasCapability);
        var key = ((LevelTable.SlotOf(abi, nr) << 8 | code) << 1) | (hasCapability ? 1 : 0);
        if (s_known.TryGetValue(key, out var known)) return known;
        return s_known.GetOrAdd(key, Make(abi, nr, entry, hasCapability));
    }

    static Prediction Make(Abi abi, Nr nr, LevelEntry entry, bool hasCapability)
    {
        if (abi > Abi.Arm64) return new Prediction(new Outcome(OutcomeKind.Unknown, Effect: "a call of a foreign ABI, which has not been studied", Rule: NotStudied));
        var source = $"data/gvisor/levels.csv:{Syscalls.NameOf(abi, nr) ?? nr.ToString()}";
        return new Prediction(entry.Level switch
        {
            SupportLevel.Undefined => new Outcome(OutcomeKind.Fails, Errno.ENOSYS, Rule: NotInTable, Source: source),
            SupportLevel.Error => new Outcome(OutcomeKind.Fails, entry.Errno, Rule: AlwaysError, Source: source),
            SupportLevel.CapGate => new Outcome(OutcomeKind.Fails, hasCapability ? Errno.ENOSYS : entry.Errno, Rule: NeedsCapability, Source: source),
            SupportLevel.Full when KeyArguments.Of(abi, nr).All(argument => !argument.IsValue) => new Outcome(OutcomeKind.Works, Source: source),
            _ => new Outcome(OutcomeKind.Unknown, Effect: "this argument has not been studied at this release", Rule: NotStudied, Source: source),
        });
    }
}
