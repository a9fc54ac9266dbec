using System.Collections.Immutable;
using System.Globalization;
using SyscallProbe.Traces;

namespace SyscallProbe.Recording.Tests.Workloads;

/// <summary>Compares a recording with what the program says that it called; the lines are described in <c>tests/workloads/workload.h</c>.</summary>
static class ExpectedCalls
{
    /// <summary>What was recorded of a program and is not in its output, or the other way round; a line each, empty when they agree.</summary>
    public static string Difference(ImmutableArray<Observation> recorded, string output)
    {
        var (counted, expected) = (Of(recorded), Parse(output));
        return string.Join('\n', counted.Keys.Union(expected.Keys).Order(StringComparer.Ordinal)
            .Where(kind => counted.GetValueOrDefault(kind) != expected.GetValueOrDefault(kind))
            .Select(kind => $"{kind}: {counted.GetValueOrDefault(kind)} recorded, {expected.GetValueOrDefault(kind)} made"));
    }

    /// <summary>The lines of a program's output, those of the same kind of call added up.</summary>
    public static SortedDictionary<string, ulong> Parse(string output)
    {
        var calls = new SortedDictionary<string, ulong>(StringComparer.Ordinal);
        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = line.Split(' ', 5);
            Add(calls, Kind(parts[0], parts[1] == "-" ? "-" : Numbers(parts[1]), parts[2], parts.ElementAtOrDefault(4)), ulong.Parse(parts[3], CultureInfo.InvariantCulture));
        }
        return calls;
    }

    /// <summary>A recording in the same form; phases and executables are left out.</summary>
    public static SortedDictionary<string, ulong> Of(ImmutableArray<Observation> observations)
    {
        var calls = new SortedDictionary<string, ulong>(StringComparer.Ordinal);
        foreach (var seen in observations)
        {
            var name = (seen.Abi is Abi.Amd64 or Abi.Arm64 ? "" : seen.Abi.Name() + ":") + (Syscalls.NameOf(seen.Abi, seen.Nr) ?? seen.Nr.ToString());
            var arguments = seen.Arguments.IsEmpty ? "-" : string.Join(',', seen.Arguments.Select(argument => $"{argument.Name}={ValueOf(seen, argument)}"));
            Add(calls, Kind(name, arguments, seen.Result.ToString(), seen.Path), seen.Count);
        }
        return calls;
    }

    // Of a text its class: the value that it has here is nothing that a program could know.
    static string ValueOf(Observation seen, Argument argument) => KeyArguments.Find(KeyArguments.Of(seen.Abi, seen.Nr), argument.Name) is { Form: KeyForm.Text }
        ? KeyArguments.Format(seen.Abi, seen.Nr, seen.Arguments, argument)
        : argument.Value.ToString(CultureInfo.InvariantCulture);

    static void Add(SortedDictionary<string, ulong> calls, string kind, ulong count) => calls[kind] = calls.GetValueOrDefault(kind) + count;

    static string Kind(string name, string arguments, string result, string? path) => $"{name} {arguments} {result}" + (path is null ? "" : " " + path);

    static string Numbers(string arguments) => string.Join(',', arguments.Split(',').Select(argument =>
    {
        var (name, value) = (argument[..argument.IndexOf('=')], argument[(argument.IndexOf('=') + 1)..]);
        return Constants.TryParseNumber(value, out var number) ? $"{name}={number}" : argument;
    }));
}
