using System.Text.Json;

namespace SyscallProbe.Cli.Tests.Verbs;

/// <summary>A policy as a gate uses it, from the file to the exit code.</summary>
public sealed class PolicyTests : IDisposable
{
    readonly GateFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_policy_of_the_working_directory_gives_targets_and_fail_on()
    {
        _folder.Trace("a.json");
        _folder.Write(".syscallprobe.yaml", "targets: [runc]\nfail-on: caveats\n");

        var (exit, output, error) = _folder.Run("assess", "--debug", "a.json");

        exit.Should().Be(0);
        output.Should().StartWith("compatible    runc: ");
        error.Should().Contain("note: the policy is .syscallprobe.yaml").And.Contain("--fail-on = Caveats (from .syscallprobe.yaml:2)");
    }

    [Fact]
    public void The_command_line_and_the_environment_win_over_the_policy()
    {
        _folder.Trace("a.json");
        _folder.Write(".syscallprobe.yaml", "targets: [kata]\n");

        _folder.Run("assess", "--target", "runc", "a.json").Out.Should().StartWith("compatible    runc: ");
        TestHost.Run(["assess", "a.json"], _folder.Path, new Dictionary<string, string> { ["SYSCALLPROBE_TARGET"] = "runc" }).Out.Should().StartWith("compatible    runc: ");
    }

    [Fact]
    public void A_waived_finding_passes_is_counted_and_shown_on_demand()
    {
        Waive("2027-01-31");

        var (exit, output, error) = _folder.Run("assess", "a.json");

        exit.Should().Be(0);
        output.Should().StartWith("compatible    gvisor@").And.Contain("1 waived").And.Contain("Policy    1 finding waived").And.NotContain("io_uring_setup");
        error.Should().Contain("note: 1 finding waived by .syscallprobe.yaml");
        _folder.Run("assess", "--show-waived", "a.json").Out.Should().Contain("io_uring_setup fails with ENOSYS").And.Contain("waived until 2027-01-31: OPS-1");
    }

    [Fact]
    public void An_expired_waiver_counts_again_and_says_so()
    {
        Waive("2026-11-30");

        var (exit, output, error) = _folder.Run("assess", "a.json");

        exit.Should().Be(2);
        error.Should().Contain($"warning: the waiver of {UringRule} executable /bin/* (.syscallprobe.yaml:3) expired on 2026-11-30, and 1 finding counts again: OPS-1");
        output.Should().StartWith("incompatible  gvisor@").And.Contain("its waiver expired on 2026-11-30: OPS-1");
    }

    [Fact]
    public void A_waiver_that_fits_nothing_is_stale_and_changes_no_code()
    {
        Waive("2027-01-31");
        _folder.Trace("a.json");

        var (exit, _, error) = _folder.Run("assess", "a.json");

        exit.Should().Be(0);
        error.Should().Contain($"warning: the waiver of {UringRule} executable /bin/* (.syscallprobe.yaml:3) is stale");
    }

    [Fact]
    public void No_waiver_makes_a_partial_recording_pass()
    {
        Waive("2027-01-31");
        _folder.Trace("a.json", GateFolder.Complete with { Lost = 1 }, GateFolder.Uring);

        _folder.Run("assess", "a.json").Exit.Should().Be(4);
    }

    [Fact]
    public void The_policy_changes_what_a_rule_means_and_the_report_keeps_what_was_assessed()
    {
        _folder.Trace("a.json", GateFolder.Uring);
        _folder.Write("p.yaml", $"targets: [gvisor]\nconsequences: {{{UringRule}: degraded}}\n");

        var (exit, output, _) = _folder.Run("assess", "--policy", "p.yaml", "-f", "json", "a.json");

        exit.Should().Be(0);
        using var json = JsonDocument.Parse(output);
        var finding = json.RootElement.GetProperty("targets")[0].GetProperty("findings")[0];
        (finding.GetProperty("consequence").GetString(), finding.GetProperty("assessedConsequence").GetString()).Should().Be(("degraded", "blocking"));
        _folder.Run("assess", "--policy", "p.yaml", "--fail-on", "caveats", "a.json").Exit.Should().Be(3);
    }

    [Theory]
    [InlineData("targets: [gvisor\n", ".syscallprobe.yaml:")]
    [InlineData("waver: []\n", ".syscallprobe.yaml:1")]
    [InlineData("fail-on: never\n", ".syscallprobe.yaml:1")]
    [InlineData("trust: [a]\n", ".syscallprobe.yaml:1")]
    public void A_policy_that_is_not_understood_exits_with_1_and_says_where(string yaml, string where)
    {
        _folder.Trace("a.json");
        _folder.Write(".syscallprobe.yaml", yaml);

        var (exit, output, error) = _folder.Run("assess", "--target", "runc", "a.json");

        (exit, output).Should().Be((1, ""));
        error.Should().Contain("error: ").And.Contain(where);
    }

    [Fact]
    public void An_unknown_target_of_a_policy_exits_with_5_and_names_the_line()
    {
        _folder.Trace("a.json");
        _folder.Write(".syscallprobe.yaml", "\ntargets:\n  - gvisor@release-19990101.0\n");

        var (exit, _, error) = _folder.Run("assess", "a.json");

        exit.Should().Be(5);
        error.Should().Contain(".syscallprobe.yaml:2");
    }

    [Fact]
    public void A_policy_that_cannot_be_read_is_not_none()
    {
        _folder.Trace("a.json");
        Directory.CreateDirectory(_folder.In(".syscallprobe.yaml"));

        _folder.Run("assess", "--target", "runc", "a.json").Exit.Should().Be(1);
        _folder.Run("assess", "--target", "runc", "--policy", "missing.yaml", "a.json").Error.Should().Contain("cannot read 'missing.yaml': no such file");
    }

    [Fact]
    public void A_pods_specification_can_be_waived_by_its_field()
    {
        _folder.Write("pod.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  hostNetwork: true\n  containers: [{name: a, image: r/a:1}]\n");
        _folder.Trace("a.json");
        string[] assess = ["assess", "--target", "gvisor", "--pod", "pod.yaml", "a.json"];
        var before = _folder.Run([.. assess, "-f", "json"]);
        using var json = JsonDocument.Parse(before.Out);
        var rule = json.RootElement.GetProperty("targets")[0].GetProperty("findings")[0].GetProperty("rule").GetString();
        _folder.Write(".syscallprobe.yaml", $"waivers:\n  - rule: {rule}\n    scope: {{argument: field=*hostNetwork, image: \"r/*\"}}\n    statement: so\n    expires: 2027-01-31\n");

        var (exit, _, error) = _folder.Run(assess);

        (before.Exit, exit).Should().Be((2, 0), error);
    }

    void Waive(string expires)
    {
        _folder.Trace("a.json", GateFolder.Uring);
        _folder.Write(".syscallprobe.yaml", $"targets: [gvisor]\nwaivers:\n  - rule: {UringRule}\n    scope: {{executable: /bin/*}}\n    statement: OPS-1\n    expires: {expires}\n");
    }

    /// <summary>The rule that <see cref="GateFolder.Uring"/> breaks.</summary>
    internal static string UringRule { get; } = RuleOf();

    static string RuleOf()
    {
        using var folder = new GateFolder();
        folder.Trace("a.json", GateFolder.Uring);
        using var json = JsonDocument.Parse(folder.Run("assess", "--target", "gvisor", "-f", "json", "a.json").Out);
        return json.RootElement.GetProperty("targets")[0].GetProperty("findings")[0].GetProperty("rule").GetString()!;
    }
}
