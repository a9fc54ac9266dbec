using System.Diagnostics;

namespace SyscallProbe.Cli.Tests;

/// <summary>What only the built program in a process of its own can show.</summary>
public sealed class ProcessTests
{
    const string Trace = "tests/SyscallProbe.Cli.Tests/cases/trace-show/a.trace.json";

    [Fact]
    public void A_reader_that_leaves_early_changes_no_exit_code()
    {
        // The matrix is larger than a pipe holds, so the program writes after its reader is gone.
        var (exit, _, error) = Shell("$PROGRAM matrix show --target gvisor -f csv | head -n 1 > /dev/null; exit ${PIPESTATUS[0]}");
        (exit, error).Should().Be((0, ""));

        Shell($"$PROGRAM assess --target gvisor {Trace} | true; exit ${{PIPESTATUS[0]}}").Exit.Should().Be(2);
    }

    [Fact]
    public void A_full_disk_is_told_and_exits_with_1()
    {
        var (exit, _, error) = Shell("$PROGRAM explain GV0001 > /dev/full");

        exit.Should().Be(1);
        error.Should().StartWith("syscallprobe: error: cannot write the result to standard output: ");
    }

    [Fact]
    public void A_result_that_could_not_be_written_is_no_positive_verdict() =>
        Shell($"$PROGRAM assess --target runc {Trace} > /dev/full").Exit.Should().Be(1);

    [Fact]
    public void Standard_input_is_read_for_a_dash() =>
        Shell($"$PROGRAM trace show - < {Trace}").Output.Should().StartWith("Evidence  complete; 14 calls");

    static (int Exit, string Output, string Error) Shell(string command)
    {
        var start = new ProcessStartInfo("bash", ["-c", command])
        {
            WorkingDirectory = Repo.Root, RedirectStandardOutput = true, RedirectStandardError = true,
            Environment = { ["PROGRAM"] = Path.Combine(AppContext.BaseDirectory, "syscallprobe") },
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
