using System.Collections.Immutable;

namespace SyscallProbe.Rules;

/// <summary>What a target may do with a call, given what is known of it.</summary>
/// <param name="Possible">At least one outcome, in the order of the rules; more than one where something that decides is not known.</param>
/// <param name="FdCondition">Where all that is open is the kind of the file: the kinds of the first rule that hangs on it, as <c>fd=tty</c>; else null.</param>
public sealed record Prediction(ImmutableArray<Outcome> Possible, string? FdCondition = null)
{
    public Prediction(Outcome certain) : this([certain])
    {
    }

    /// <summary>One outcome for all: the certain one; <see cref="OutcomeKind.Conditional"/> where it hangs on the kind of file; else unknown.</summary>
    public Outcome Single
    {
        get
        {
            var first = Possible[0];
            if (Possible.All(other => other.Kind == first.Kind && other.Errno == first.Errno)) return first;
            var named = Possible.FirstOrDefault(other => other.Rule is not null) ?? first;
            return FdCondition is null
                ? named with { Kind = OutcomeKind.Unknown, Errno = null }
                : named with { Kind = OutcomeKind.Conditional, Condition = FdCondition };
        }
    }
}

/// <summary>A target bound to its release and configuration, ready to be asked.</summary>
public interface ITargetModel
{
    /// <summary>With the release filled in.</summary>
    Target Target { get; }

    /// <summary>Capabilities that the target takes away whatever the container has, by number.</summary>
    ulong StrippedCapabilities => 0;

    /// <summary>What the target does with a call. No I/O; safe to call from several threads.</summary>
    Prediction Predict(Call call);
}
