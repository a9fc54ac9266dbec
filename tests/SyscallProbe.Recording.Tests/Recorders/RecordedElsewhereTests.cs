using SyscallProbe.Recording.Tests.Workloads;
using SyscallProbe.Tests;
using SyscallProbe.Traces;

namespace SyscallProbe.Recording.Tests.Recorders;

/// <summary>Traces that were made on a machine of another architecture: see <c>tests/emulated/run.sh</c>.</summary>
public sealed class RecordedElsewhereTests
{
    const string Folder = "SYSCALLPROBE_RECORDED";

    [Fact]
    public void Every_program_was_counted_there_as_it_says_that_it_called()
    {
        var folder = Environment.GetEnvironmentVariable(Folder);
        Assert.SkipUnless(folder is not null, $"{Folder} names no folder with traces of another machine");

        var outputs = Directory.GetFiles(folder, "*.out").Order(StringComparer.Ordinal).ToList();

        outputs.Should().NotBeEmpty();
        string.Join('\n', outputs.Select(DifferenceOf).Where(line => line.Length > 0)).Should().BeEmpty();
    }

    static string DifferenceOf(string printed)
    {
        var file = Path.ChangeExtension(printed, ".trace.json");
        if (!File.Exists(file)) return $"{Path.GetFileName(printed)}: no trace: {File.ReadAllText(Path.ChangeExtension(printed, ".err"))}";
        var trace = TraceJson.Read(File.ReadAllBytes(file), file);
        var output = File.ReadAllText(printed);
        // ptrace sees no operations of rings, and says so.
        if (trace.Evidence.Reasons.Any(reason => reason.StartsWith("operations through io_uring", StringComparison.Ordinal))) output = RecorderRingTests.WithoutOperations(output);
        var difference = ExpectedCalls.Difference(trace.Observations, output);
        if (trace.Evidence.Lost != 0) difference += $"\n{trace.Evidence.Lost} lost";
        return difference.Length == 0 ? "" : $"{Path.GetFileName(file)}: {difference}";
    }
}
