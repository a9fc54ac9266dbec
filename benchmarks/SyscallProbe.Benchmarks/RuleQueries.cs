using SyscallProbe.Matrix;
using SyscallProbe.Rules;

namespace SyscallProbe.Benchmarks;

/// <summary>A call with its deciding arguments: what a dictionary's key would be. Up to three arguments; those that are not known are 0.</summary>
public readonly record struct CallKey(Abi Abi, Nr Nr, FdKind Fd, ulong First, ulong Second, ulong Third);

/// <summary>The same at a release.</summary>
public readonly record struct RuleKey(CallKey Call, Release Release);

/// <summary>Releases in which a call has one outcome.</summary>
public readonly record struct RuleInterval(CallKey Call, int Since, int Until, OutcomeKind Kind);

/// <summary>The calls that the rules name by the values of their arguments, both ABIs, and random questions about them.</summary>
static class RuleQueries
{
    const int MostArguments = 3;

    public const int Count = 1 << 14;

    /// <summary>Every such call, once.</summary>
    public static IReadOnlyList<(CallKey Key, Call Call)> Calls { get; } = [.. Named().DistinctBy(pair => pair.Key)];

    /// <summary>Calls and releases drawn evenly.</summary>
    public static (int Call, Release Release)[] Random(int seed = 20260817)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Count).Select(_ => (random.Next(Calls.Count), new Release(random.Next(GvisorLevels.Known.ReleaseCount))))];
    }

    /// <summary>Runs of releases with one outcome, by call in the order of <see cref="Calls"/>.</summary>
    public static RuleInterval[] Intervals(GvisorHistory gvisor)
    {
        var spans = new List<PredictedSpan>();
        var intervals = new List<RuleInterval>();
        foreach (var (key, call) in Calls)
        {
            gvisor.Predict(call, spans);
            foreach (var span in spans)
            {
                var kind = span.Prediction.Single.Kind;
                if (span.Since.Index > 0 && intervals[^1].Kind == kind) intervals[^1] = intervals[^1] with { Until = span.Until.Index };
                else intervals.Add(new RuleInterval(key, span.Since.Index, span.Until.Index, kind));
            }
        }
        return [.. intervals];
    }

    /// <summary>Every call at every release.</summary>
    public static IEnumerable<KeyValuePair<RuleKey, OutcomeKind>> Cells(GvisorHistory gvisor) =>
        from interval in Intervals(gvisor)
        from release in Enumerable.Range(interval.Since, interval.Until - interval.Since + 1)
        select KeyValuePair.Create(new RuleKey(interval.Call, new Release(release)), interval.Kind);

    static IEnumerable<(CallKey Key, Call Call)> Named()
    {
        foreach (var name in PackedImage.Embedded.TableNames.Where(name => name.StartsWith("gvisor/rules/", StringComparison.Ordinal) && !name.EndsWith(".table", StringComparison.Ordinal)))
        {
            var table = PackedImage.Embedded.Table(name);
            int syscall = table.Column("syscall"), arguments = table.Column("arguments"), fd = table.Column("fd");
            for (var row = 0; row < table.RowCount; row++)
            {
                var terms = table.Text(row, arguments).Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (terms.Length == 0 || !Array.TrueForAll(terms, IsValue)) continue;
                foreach (var abi in (Abi[])[Abi.Amd64, Abi.Arm64])
                {
                    if (Syscalls.NrOf(abi, table.Text(row, syscall)) is not { } nr) continue;
                    foreach (var kind in table.Text(row, fd) is { Length: > 0 } kinds ? kinds.Split('|') : ["socket"])
                    {
                        if (Parse(string.Join(',', [table.Text(row, syscall), .. terms, "fd=" + kind]), abi) is { } call) yield return (KeyOf(call), call);
                    }
                }
            }
        }
    }

    static bool IsValue(string term) => term[0] != '!' && !term.Contains('&', StringComparison.Ordinal) && !term.Contains("..", StringComparison.Ordinal) && term.Contains('=', StringComparison.Ordinal);

    // Null where the other ABI lacks the constant, or more arguments decide than the key has.
    static Call? Parse(string query, Abi abi)
    {
        try
        {
            var call = CallQuery.Parse(query, abi).Call;
            var keys = KeyArguments.Of(abi, call.Nr);
            string[] names = [.. keys.Where(key => key.IsValue).Select(key => key.Name)];
            if (names.Length > MostArguments) return null;
            // A recorded call has all of its arguments.
            for (var slot = 0; slot < names.Length; slot++) call.Set(keys, names[slot], call[slot]);
            return call;
        }
        catch (FailureException)
        {
            return null;
        }
    }

    static CallKey KeyOf(Call call) => new(call.Abi, call.Nr, call.Fd, call[0], call[1], call[2]);
}
