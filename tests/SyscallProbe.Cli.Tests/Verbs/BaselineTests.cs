using System.Text.Json;

namespace SyscallProbe.Cli.Tests.Verbs;

/// <summary>A baseline as a gate uses it, from the file to the exit code.</summary>
public sealed class BaselineTests : IDisposable
{
    readonly GateFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Only_what_is_new_fails()
    {
        Save("gvisor", GateFolder.Uring);

        var same = Against(GateFolder.Uring);
        same.Exit.Should().Be(0);
        same.Out.Should().StartWith("incompatible  gvisor@").And.Contain("Baseline  gvisor@").And.Contain("0 new, 0 worse, 0 gone");
        Against(GateFolder.Uring, GateFolder.Swapon).Exit.Should().Be(2);
    }

    [Fact]
    public void The_evidence_has_to_carry_a_verdict_all_the_same()
    {
        Save("gvisor", GateFolder.Uring);
        _folder.Trace("b.json", GateFolder.Complete with { Lost = 1 }, GateFolder.Uring);

        _folder.Run("assess", "--target", "gvisor", "--baseline", "base.json", "b.json").Exit.Should().Be(4);
    }

    [Fact]
    public void A_runtime_that_the_baseline_does_not_have_fails_closed()
    {
        Save("kata", GateFolder.Uring);

        var (exit, output, error) = Against(GateFolder.Uring);

        (exit, output).Should().Be((1, ""));
        error.Should().Contain("the baseline has no verdict on gvisor@").And.Contain("at  base.json").And.Contain("fix save one");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"schemaVersion\": 7}")]
    public void What_is_no_report_fails_closed(string text)
    {
        _folder.Write("base.json", text);

        Against().Exit.Should().Be(1);
    }

    [Fact]
    public void A_missing_baseline_fails_closed() => Against().Should().BeEquivalentTo((1, "", "syscallprobe: error: cannot read 'base.json': no such file\n  fix name a file that exists and may be read, or - for standard input\n"));

    [Fact]
    public void Json_says_what_the_gate_makes_of_it()
    {
        Save("gvisor", GateFolder.Uring);

        using var json = JsonDocument.Parse(_folder.Run("assess", "--target", "gvisor", "--baseline", "base.json", "-f", "json", "a.json").Out);
        json.RootElement.GetProperty("targets")[0].GetProperty("baseline").GetProperty("gate").GetString().Should().Be("compatible");
    }

    void Save(string target, params SyscallProbe.Traces.Observation[] seen)
    {
        _folder.Trace("a.json", seen);
        _folder.Run("assess", "--target", target, "-f", "json", "-o", "base.json", "a.json");
    }

    (int Exit, string Out, string Error) Against(params SyscallProbe.Traces.Observation[] seen)
    {
        _folder.Trace("b.json", seen);
        return _folder.Run("assess", "--target", "gvisor", "--baseline", "base.json", "b.json");
    }
}
