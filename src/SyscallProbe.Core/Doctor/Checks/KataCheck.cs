using System.Text.RegularExpressions;
using SyscallProbe.Guest;

namespace SyscallProbe.Doctor.Checks;

/// <summary>Whether Kata is there, and of which release.</summary>
sealed partial class KataCheck : DoctorCheck<NodeView>
{
    protected override string Name => "kata";

    public override IEnumerable<DoctorLine> Judge(NodeView facts)
    {
        if ((facts.Facts.Found("kata-runtime") ?? facts.Facts.Found("kata-ctl")) is not { Path: { } path } program) return [Line("missing")];
        if (Version().Match(program.Output) is not { Success: true, Value: var tag }) return [Line("no-answer", path, ("program", program.Name), ("error", program.Error ?? "it printed no version"))];
        var (known, evidence) = (KataReleases.Known, $"{path}: {tag}");
        if (known.IndexOf(tag) >= 0) return [Line("found", evidence, ("release", tag))];
        return KataVersion.HasForm(tag) && new KataVersion(tag).CompareTo(known.Newest) > 0
            ? [Line("newer", evidence, ("release", tag), ("newest", known.Newest.Tag))]
            : [Line("unlisted", evidence, ("release", tag), ("nearest", known.Nearest(tag)[0]))];
    }

    [GeneratedRegex(@"\d{1,4}\.\d{1,4}\.\d{1,4}(-(alpha|rc)\d{1,3})?")]
    private static partial Regex Version();
}
