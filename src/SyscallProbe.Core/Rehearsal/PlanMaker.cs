using System.Collections.Immutable;
using SyscallProbe.Matrix;
using SyscallProbe.Report;
using SyscallProbe.Rules;

namespace SyscallProbe.Rehearsal;

/// <summary>Turns findings into what has to be enforced so that the workload meets them under runc.</summary>
/// <remarks>
/// A call is told by as little as decides: an argument, kind of file or path without which the model gives the same outcome is no condition, so that calls of the
/// same fate that were not recorded meet it too.
/// </remarks>
/// <param name="arch">The machine's own ABI: findings are on its calls.</param>
/// <param name="capabilities">The container's under runc, by number.</param>
public sealed class PlanMaker(ITargetModel model, Abi arch, ulong capabilities)
{
    static readonly Lazy<HashSet<string>> s_returnsZero = new(() =>
    {
        var table = PackedImage.Embedded.Table("linux/returns-zero");
        return [.. Enumerable.Range(0, table.RowCount).Select(row => table.Text(row, table.Column("syscall")))];
    });

    /// <summary>Every finding is in an item or among those left. Cost: a prediction for each finding and each of its arguments.</summary>
    public PlanItems Of(IReadOnlyList<Finding> findings)
    {
        var items = new Dictionary<string, (List<EnforcedCall> Calls, List<int> Findings, bool IsPossibleOnly)>(StringComparer.Ordinal);
        var left = ImmutableArray.CreateBuilder<NotEnforced>();
        for (var index = 0; index < findings.Count; index++)
        {
            var (call, isPossibleOnly, reason) = Enforced(findings[index]);
            if (call?.IsOperation == true) (call, reason) = (null, "it is carried out for a ring and comes by as no call");
            if (call is null)
            {
                left.Add(new NotEnforced(index, reason!));
                continue;
            }
            var identity = (call.Path is null ? call.Identity : $"{call.Path} {call.Errno}") + (isPossibleOnly ? " ?" : "");
            if (!items.TryGetValue(identity, out var item)) items[identity] = item = ([], [], isPossibleOnly);
            if (!item.Calls.Any(other => other.Identity == call.Identity)) item.Calls.Add(call);
            item.Findings.Add(index);
        }
        return new PlanItems([.. items.Values.Select(item => new PlanItem([.. item.Calls], [.. item.Findings], item.IsPossibleOnly))], left.ToImmutable());
    }

    (EnforcedCall? Call, bool IsPossibleOnly, string? Reason) Enforced(Finding finding)
    {
        if (finding.Outcome == OutcomeKind.Differs) return (null, false, "the call works there in another way, which no answer in its place can show");
        if (PartsOf(finding) is not { } parts) return (null, false, "the call has no number here");
        var prediction = parts.Predict(model);
        if (prediction.Possible.All(outcome => outcome.Rule != finding.Rule)) return (null, false, "it is no call of this machine's own ABI");
        switch (finding.Outcome)
        {
            case OutcomeKind.Fails:
                return (Least(parts, OutcomeKind.Fails, finding.Errno).With(finding.Errno), false, null);
            case OutcomeKind.Ignored when s_returnsZero.Value.Contains(finding.Syscall!):
                return (Least(parts, OutcomeKind.Ignored, null).With(null), false, null);
            case OutcomeKind.Ignored:
                return (null, false, "success of this call is more than a return value of 0");
        }
        // It may fail or work: if the workload does not mind the failure, the question need not be answered.
        Errno?[] errnos = [.. prediction.Possible.Where(outcome => outcome.Kind == OutcomeKind.Fails && outcome.Errno != finding.Observed.Result.Errno).Select(outcome => outcome.Errno).Distinct()];
        var isUnderstood = prediction.Possible.All(outcome => outcome.Kind is OutcomeKind.Works or OutcomeKind.Fails);
        return isUnderstood && errnos.Length == 1
            ? (parts.With(errnos[0]), true, null)
            : (null, false, "what the target does with it is not known");
    }

    // Greedy, one by one: the order does not matter where rules look at one thing each, and where they do not the result is still right, only longer.
    CallParts Least(CallParts parts, OutcomeKind kind, Errno? errno)
    {
        foreach (var argument in parts.Arguments) Try(parts with { Arguments = parts.Arguments.Remove(argument) });
        Try(parts with { Fd = FdKind.Unknown });
        Try(parts with { Path = null });
        return parts;

        void Try(CallParts shorter)
        {
            if (shorter.Predict(model).Possible.All(outcome => outcome.Kind == kind && outcome.Errno == errno)) parts = shorter;
        }
    }

    CallParts? PartsOf(Finding finding)
    {
        const string unnamed = "syscall_";
        if (finding.Syscall is not { } name) return null;
        var nr = name.StartsWith(unnamed, StringComparison.Ordinal) && int.TryParse(name.AsSpan(unnamed.Length), out var number) ? new Nr(number) : Syscalls.NrOf(arch, name);
        if (nr is not { } known) return null;
        var keys = KeyArguments.Of(arch, known);
        var arguments = ImmutableArray.CreateBuilder<ArgumentMatch>();
        var seen = ImmutableArray<Traces.Argument>.Empty;
        var fd = FdKind.Unknown;
        foreach (var (argument, text) in finding.Arguments)
        {
            if (argument == FdKinds.ArgumentName && FdKinds.TryParse(text, out fd)) continue;
            if (KeyArguments.Find(keys, argument) is not { IsValue: true } key || !KeyArguments.TryParse(arch, known, seen, argument, text, out var value)) continue;
            arguments.Add(new ArgumentMatch(key, value));
            seen = seen.Add(new Traces.Argument(argument, value));
        }
        return new CallParts(arch, known, name, capabilities, arguments.ToImmutable(), fd, finding.Path);
    }

    sealed record CallParts(Abi Abi, Nr Nr, string Syscall, ulong Capabilities, ImmutableArray<ArgumentMatch> Arguments, FdKind Fd, string? Path)
    {
        public Prediction Predict(ITargetModel model)
        {
            var call = new Call { Abi = Abi, Nr = Nr, Syscall = Syscall, Fd = Fd, Path = Path, Capabilities = Capabilities };
            var keys = KeyArguments.Of(Abi, Nr);
            call.SetNoOperation(keys);
            foreach (var argument in Arguments) call.Set(keys, argument.Key.Name, argument.Value);
            return model.Predict(call);
        }

        public EnforcedCall With(Errno? errno) => new(Abi, Nr, Arguments, Fd, Path, errno);
    }
}
