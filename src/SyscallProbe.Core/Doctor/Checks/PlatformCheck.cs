using System.Globalization;

namespace SyscallProbe.Doctor.Checks;

/// <summary>On which platforms containers really run under runsc.</summary>
sealed class PlatformCheck : DoctorCheck<NodeView>
{
    const string Ptrace = "ptrace";

    protected override string Name => "platform";

    public override IEnumerable<DoctorLine> Judge(NodeView facts)
    {
        if (facts.Facts.Found("runsc") is not { Path: { } runsc }) yield break;
        if (!facts.Facts.IsRoot)
        {
            yield return Line("not-root");
            yield break;
        }
        var tried = facts.Facts.Platforms;
        foreach (var one in tried)
        {
            yield return one.Error is null
                ? Line("works", $"{runsc} --platform={one.Platform} do true", ("platform", one.Platform), ("milliseconds", one.Took.TotalMilliseconds.ToString("F0", CultureInfo.InvariantCulture)))
                : Line("fails", $"{runsc} --platform={one.Platform} do true", ("platform", one.Platform), ("error", LastLine(one.Error)), ("fix", FixOf(one, facts)));
        }
        string[] working = [.. tried.Where(one => one.Error is null).Select(one => one.Platform)];
        if (tried.Length > 0 && working.Length == 0) yield return Line("none", runsc, ("command", $"{runsc} --network=none --ignore-cgroups do true"));
        else if (working is [Ptrace]) yield return Line("ptrace-only");
        foreach (var (_, path, _) in facts.RunscConfigs)
        {
            if (RunscConfigCheck.SettingsOf(facts, path)?.GetValueOrDefault("platform")?.Text is { } set && tried.FirstOrDefault(one => one.Platform == set) is { Error: { } error } && working.Length > 0)
            {
                yield return Line("configured", path, ("platform", set), ("error", LastLine(error)), ("working", working[0]));
            }
        }
    }

    // A platform that the release does not have is nothing to mend but the release.
    static string FixOf(PlatformFacts platform, NodeView facts) =>
        platform.Error!.Contains("unknown platform", StringComparison.Ordinal) || platform.Error.Contains("invalid platform", StringComparison.Ordinal) ? "install a release that has it"
        : platform.Platform == "kvm" && facts.Facts.Virtualization.Kvm is null ? "there is no /dev/kvm; systrap needs none" : "";

    static string LastLine(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault("it says nothing");
}
