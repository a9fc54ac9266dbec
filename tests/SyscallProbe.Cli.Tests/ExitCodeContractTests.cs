using SyscallProbe.Cli.Tests.Verbs;

namespace SyscallProbe.Cli.Tests;

/// <summary>Every path of the contract on exit codes, by what a CI job would type. A gate that fails says what is wrong, where, and what to do.</summary>
public sealed class ExitCodeContractTests : IDisposable
{
    const string Waiver = "waivers:\n  - rule: GV0001\n";

    readonly GateFolder _folder = new();

    public ExitCodeContractTests()
    {
        _folder.Trace("works.json");
        _folder.Trace("breaks.json", GateFolder.Uring);
        _folder.Trace("empty.json", GateFolder.Complete with { Events = 0 });
        _folder.Trace("lost.json", GateFolder.Complete with { Lost = 1 });
        _folder.Trace("unparsed.json", GateFolder.Complete with { Unparsed = 1 });
        _folder.Trace("late.json", GateFolder.Complete with { FromFirstInstruction = false });
        _folder.Trace("names.json", GateFolder.Complete with { NamesOnly = true });
        _folder.Trace("open.json", GateFolder.Complete with { Succeeded = null, ExitCode = null, Signal = 15 });
        _folder.Trace("failed.json", GateFolder.Complete with { Succeeded = false, ExitCode = 1 }, GateFolder.Uring);
        _folder.Write("garbage.json", "{\"schemaVersion\": 1");
        _folder.Write("future.json", "{\"schemaVersion\": 99}");
        _folder.Write("caveats.yaml", $"consequences: {{{PolicyTests.UringRule}: degraded}}\n");
        _folder.Write("expired.yaml", $"waivers:\n  - {{rule: {PolicyTests.UringRule}, statement: so, expires: 2026-11-30}}\n");
        _folder.Write("waived.yaml", $"waivers:\n  - {{rule: {PolicyTests.UringRule}, statement: so, expires: 2026-12-01}}\n");
        _folder.Write("broken.yaml", "waivers: [\n");
        _folder.Write("no-statement.yaml", Waiver + "    expires: 2027-01-31\n");
        _folder.Write("no-day.yaml", Waiver + "    statement: so\n");
        _folder.Write("unknown-key.yaml", "waiver: []\n");
        _folder.Run("assess", "--target", "gvisor", "-f", "json", "-o", "gvisor.json", "breaks.json");
        _folder.Run("assess", "--target", "kata", "-f", "json", "-o", "kata.json", "breaks.json");
        _folder.Run("assess", "--target", "gvisor", "-f", "json", "-o", "good.json", "works.json");
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Code and command line; where it fails, what its message says.</summary>
    public static TheoryData<int, string, string> Contract => new()
    {
        { 0, "assess --target gvisor works.json", "" },
        { 0, "assess --target gvisor --policy caveats.yaml breaks.json", "" },
        { 0, "assess --target gvisor --policy waived.yaml breaks.json", "" },
        { 0, "assess --target gvisor --baseline gvisor.json breaks.json", "" },
        { 0, "report diff gvisor.json good.json", "" },
        { 0, "report show gvisor.json", "" },
        { 0, "trace diff works.json breaks.json", "" },
        { 0, "explain GV0001", "" },
        { 0, "--help", "" },
        { 0, "check -h", "" },
        { 0, "--version", "" },
        { 3, "assess --target gvisor --policy caveats.yaml --fail-on caveats breaks.json", "" },
        { 2, "assess --target gvisor breaks.json", "" },
        { 2, "assess --target gvisor --target runc --fail-on caveats breaks.json", "" },
        { 2, "assess --target gvisor --policy expired.yaml breaks.json", "expired on 2026-11-30" },
        { 2, "assess --target gvisor --baseline good.json breaks.json", "" },
        { 2, "report diff --exit-code gvisor.json good.json", "" },
        { 2, "trace diff --exit-code works.json breaks.json", "" },
        { 4, "assess --target runc empty.json", "" },
        { 4, "assess --target runc lost.json", "" },
        { 4, "assess --target runc unparsed.json", "" },
        { 4, "assess --target runc late.json", "" },
        { 4, "assess --target runc names.json", "" },
        { 4, "assess --target runc open.json", "" },
        { 4, "assess --target gvisor failed.json", "" },
        { 4, "assess --target gvisor --policy waived.yaml failed.json", "" },
        { 4, "assess --target gvisor --baseline gvisor.json failed.json", "" },
        { 4, "assess --target gvisor --baseline gvisor.json lost.json", "" },
        { 5, "assess --target gvisor@release-19990101.0 works.json", "release-19990101.0|--target|fix" },
        { 5, "assess --target firecracker works.json", "firecracker|--target|fix" },
        { 5, "assess --target gvisor --target kata@99.0 works.json", "99.0|--target|fix" },
        { 5, "matrix show --target gvisor@release-19990101.0", "release-19990101.0|--target|fix" },
        { 1, "assess", "expected a trace|fix" },
        { 1, "assess missing.json", "cannot read 'missing.json': no such file|fix" },
        { 1, "assess garbage.json", "expected a trace in JSON|garbage.json: line 1|fix" },
        { 1, "assess future.json", "expected schemaVersion 1, found 99|future.json|fix" },
        { 1, "assess --policy missing.yaml works.json", "cannot read 'missing.yaml': no such file|fix" },
        { 1, "assess --policy broken.yaml works.json", "expected YAML|broken.yaml:|fix" },
        { 1, "assess --policy no-statement.yaml works.json", "the waiver has no 'statement': expected|no-statement.yaml:2|fix" },
        { 1, "assess --policy no-day.yaml works.json", "the waiver has no 'expires': expected|no-day.yaml:2|fix" },
        { 1, "assess --policy unknown-key.yaml works.json", "unknown key 'waiver'; expected|nearest: waivers|unknown-key.yaml:1|fix" },
        { 1, "assess --target gvisor --baseline missing.json works.json", "cannot read 'missing.json': no such file|fix" },
        { 1, "assess --target gvisor --baseline garbage.json works.json", "expected a report in JSON|garbage.json: line 1|fix" },
        { 1, "assess --target gvisor --baseline future.json works.json", "expected schemaVersion 1, found 99|future.json|fix" },
        { 1, "assess --target gvisor --baseline kata.json works.json", "no verdict on gvisor@|expected|kata.json|fix" },
        { 1, "assess -o no/such/folder/r.json works.json", "cannot write 'no/such/folder/r.json'|--output|fix" },
        { 1, "assess --fail-on never works.json", "unknown value 'never'; expected one of incompatible, caveats|--fail-on|fix" },
        { 1, "assess --targt runc works.json", "unknown option '--targt'|nearest: --target|fix" },
        { 1, "assess works.json --target", "--target needs a value|fix" },
        { 1, "asses works.json", "unknown verb 'asses'|nearest: assess|fix" },
        { 1, "report show gvisor.json missing.json", "cannot read 'missing.json': no such file|fix" },
        { 1, "report diff gvisor.json", "'report diff' needs REPORT|fix" },
        { 1, "explain GV9999", "unknown rule 'GV9999'|fix" },
        { 1, "check --rootfs no/such/folder -- true", "no/such/folder|fix" },
        { 1, "", "no verb given; expected one of|fix" },
    };

    [Theory, MemberData(nameof(Contract))]
    public void The_code_is_the_contracts_and_a_failure_explains_itself(int code, string command, string says)
    {
        var (exit, output, error) = _folder.Run(command.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        exit.Should().Be(code, error);
        if (code is 1 or 5)
        {
            error.Should().StartWith("syscallprobe: error: ");
            output.Should().BeEmpty();
        }
        else
        {
            error.Should().NotContain("error: ");
        }
        foreach (var part in says.Split('|', StringSplitOptions.RemoveEmptyEntries)) error.Should().Contain(part == "fix" ? "\n  fix " : part);
    }

    [Fact]
    public void Every_code_has_its_paths() => Contract.Select(row => row.Data.Item1).Distinct().Order().Should().Equal(Enum.GetValues<ExitCode>().Select(code => (int)code));

    [Fact]
    public void An_inconclusive_verdict_says_why_in_its_first_line()
    {
        foreach (var (name, why) in (ReadOnlySpan<(string, string)>)[("empty", "has no calls"), ("lost", "1 calls were lost"), ("unparsed", "1 lines could not be read"), ("late", "did not begin with"), ("failed", "failed under runc")])
        {
            _folder.Run("assess", "--target", "runc", $"{name}.json").Out.Split('\n')[0].Should().Contain(why);
        }
    }

    [Fact]
    public void A_crash_is_no_verdict_and_asks_to_be_reported()
    {
        using var error = new StringWriter { NewLine = "\n" };
        var host = new CliHost { Out = new Broken(), Error = error, OpenInput = () => throw new InvalidOperationException(), Environment = new Dictionary<string, string>(), WorkingDirectory = _folder.Path };

        ((int)App.Run(["assess", "--target", "runc", "works.json"], host)).Should().Be(1);

        error.ToString().Should().StartWith($"syscallprobe: error: a bug in syscallprobe {App.Version}: NotImplementedException: ").And.Contain("\n  at  syscallprobe assess --target runc works.json").And.Contain("\n  fix report it");
    }

    /// <summary>Fails as a bug does.</summary>
    sealed class Broken : StringWriter
    {
        public override void Write(char value) => throw new NotImplementedException("a bug");

        public override void Write(string? value) => throw new NotImplementedException("a bug");

        public override void Write(char[] buffer, int index, int count) => throw new NotImplementedException("a bug");

        public override void Write(ReadOnlySpan<char> buffer) => throw new NotImplementedException("a bug");
    }
}
