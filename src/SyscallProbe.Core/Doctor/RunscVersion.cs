using System.Globalization;
using System.Text.RegularExpressions;
using SyscallProbe.Matrix;

namespace SyscallProbe.Doctor;

/// <summary>What <c>runsc --version</c> says, found among the releases by look-up: no date is ever computed, as weeks are missing.</summary>
/// <remarks>
/// The text is that of git describe: a tag (<c>release-20250113.0</c>), commits after one (<c>release-20200928.0-105-g51913ba400cc</c>), <c>0.0~20221219.0</c> of Debian,
/// or nothing of use (<c>VERSION_MISSING</c>, a bare hash, <c>0.0.0</c>). google/gvisor runsc/cli/cli.go, tools/workspace_status.sh.
/// </remarks>
/// <param name="Text">As printed.</param>
/// <param name="Tag"><c>release-20221219.0</c>; null where it names none.</param>
/// <param name="CommitsAfter">Commits since that tag; 0 for the release itself.</param>
public sealed partial record RunscVersion(string Text, string? Tag, int CommitsAfter)
{
    /// <summary>Reads all that the program printed; null where there is no version in it.</summary>
    public static RunscVersion? Parse(string output)
    {
        const string lead = "runsc version ";
        var line = output.Split('\n').Select(text => text.Trim()).FirstOrDefault(text => text.StartsWith(lead, StringComparison.Ordinal));
        if (line is null) return null;
        var text = line[lead.Length..];
        var tag = Date().Match(text);
        return new RunscVersion(text, tag.Success ? "release-" + tag.Value : null,
            Commits().Match(text) is { Success: true } after ? int.Parse(after.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) : 0);
    }

    /// <summary>The release of the tag; null where it is not known.</summary>
    public Release? Known => Tag is not null && GvisorReleases.Known.TryParse(Tag, out var release) ? release : null;

    /// <summary>The release to judge by: the known one, or the newest that is older; null where there is none.</summary>
    public Release? Nearest => Tag is null ? null
        : Known ?? GvisorReleases.Known.All.Where(release => Release.CompareNames(GvisorReleases.Known.NameOf(release), Tag) < 0).Select(release => (Release?)release).LastOrDefault();

    [GeneratedRegex(@"\d{8}\.\d+")]
    private static partial Regex Date();

    [GeneratedRegex(@"-(\d{1,6})-g[0-9a-f]{7,}")]
    private static partial Regex Commits();
}
