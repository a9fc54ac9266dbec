using System.Globalization;
using SyscallProbe.Matrix;

namespace SyscallProbe.Doctor.Checks;

/// <summary>Whether runsc is there, of which release it is, and whether that release is known here.</summary>
sealed class RunscCheck : DoctorCheck<NodeView>
{
    protected override string Name => "runsc";

    public override IEnumerable<DoctorLine> Judge(NodeView facts)
    {
        if (facts.Facts.Found("runsc") is not { Path: { } path } runsc)
        {
            yield return Line("missing");
            yield break;
        }
        if (!runsc.IsForAll) yield return Line("mode", path, ("path", path));
        if (facts.Runsc is not { } version)
        {
            yield return Line("no-answer", path, ("error", runsc.Error ?? "it printed no version"));
            yield break;
        }
        yield return OfVersion(version, $"{path} --version: {version.Text}");
        if (GvisorLimits.ValueOf("sidecars", version.Nearest) is { } folder && facts.Facts.Files.GetValueOrDefault(SidecarsOf(path, folder)) is { IsThere: false })
        {
            yield return Line("sidecars", SidecarsOf(path, folder), ("release", version.Tag!));
        }
    }

    /// <summary>Where the sidecars of a runsc are.</summary>
    public static string SidecarsOf(string runsc, string folder) => $"{Path.GetDirectoryName(runsc)}/{folder}";

    DoctorLine OfVersion(RunscVersion version, string evidence)
    {
        var known = GvisorReleases.Known;
        var newest = known.NameOf(known.Newest);
        if (version.Tag is not { } tag) return Line("unnamed", evidence, ("version", version.Text));
        if (version.Known is null)
        {
            return Release.CompareNames(tag, newest) > 0 || version.Nearest is null
                ? Line("newer", evidence, ("release", tag), ("newest", newest))
                : Line("unlisted", evidence, ("release", tag), ("nearest", known.NameOf(version.Nearest.Value)));
        }
        return version.CommitsAfter == 0 ? Line("exact", evidence, ("release", tag))
            : Line("after", evidence, ("release", tag), ("count", version.CommitsAfter.ToString(CultureInfo.InvariantCulture)));
    }
}
