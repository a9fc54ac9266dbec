using System.Collections.Concurrent;
using SyscallProbe.Matrix;

namespace SyscallProbe.Rules;

/// <summary>What gVisor's own table says of a syscall, as a prediction; each is made once.</summary>
static class LevelPredictions
{
    const string NotInTable = "GV0001", AlwaysError = "GV0002", NeedsCapability = "GV0003", NotStudied = "GV0004";

    static readonly ConcurrentDictionary<(Abi Abi, Nr Nr, LevelEntry Entry, bool HasCapability), Prediction> s_known = new();

    /// <param name="hasCapability">Whether the caller has the capability of a gate.</param>
    public static Prediction Of(Abi abi, Nr nr, LevelEntry entry, bool hasCapability)
    {
        // A trace may be made up of any numbers: those that the kernel does not have are not kept.
        if (Syscalls.NameOf(abi, nr) is null) return Make((abi, nr, entry, hasCapability));
        return s_known.GetOrAdd((abi, nr, entry, hasCapability), Make);
    }

    static Prediction Make((Abi Abi, Nr Nr, LevelEntry Entry, bool HasCapability) of)
    {
        var (abi, nr, entry, hasCapability) = of;
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
