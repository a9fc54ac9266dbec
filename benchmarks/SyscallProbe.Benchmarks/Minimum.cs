using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using BenchmarkDotNet.Attributes;

namespace SyscallProbe.Benchmarks;

/// <summary>Prints the least of many short rounds of each benchmark: what a busy machine can still tell, where means say more of the neighbours.</summary>
static class Minimum
{
    const int Rounds = 600;

    public static void Print(TextWriter to)
    {
        foreach (var type in (Type[])[typeof(ReleaseLookup), typeof(HistoryLookup), typeof(RuleLookup), typeof(TraceVerdicts)])
        {
            foreach (var method in type.GetMethods().Where(method => method.GetCustomAttribute<BenchmarkAttribute>() is not null))
            {
                var benchmark = method.GetCustomAttribute<BenchmarkAttribute>()!;
                var subject = Activator.CreateInstance(type)!;
                foreach (var setup in type.GetMethods().Where(setup => setup.GetCustomAttribute<GlobalSetupAttribute>()?.Targets.Contains(method.Name) == true)) setup.Invoke(subject, null);
                var run = method.ReturnType == typeof(int) ? method.CreateDelegate<Func<int>>(subject) : () => method.Invoke(subject, null) is null ? 0 : 1;
                to.WriteLine($"{type.Name,-15} {benchmark.Description,-45} {(Least(run).TotalNanoseconds / benchmark.OperationsPerInvoke).ToString("N2", CultureInfo.InvariantCulture),12} ns");
            }
        }
    }

    // Slow ones need no repetition by the hundred: ten seconds are enough. The pauses are for the compiler, which works beside.
    static TimeSpan Least(Func<int> run)
    {
        var (began, least) = (Stopwatch.GetTimestamp(), TimeSpan.MaxValue);
        for (var round = 0; round < Rounds && (round < 10 || Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(10)); round++)
        {
            if (round is 50 or 100 or 150) Thread.Sleep(300);
            var start = Stopwatch.GetTimestamp();
            run();
            var took = Stopwatch.GetElapsedTime(start);
            if (took < least) least = took;
        }
        return least;
    }
}
