using System.Collections.Immutable;
using SyscallProbe.Matrix;

namespace SyscallProbe.Guest;

/// <summary>The Kata releases that are known, oldest version first.</summary>
/// <remarks>Facts: the tags of kata-containers/kata-containers from 2.0 on, in <c>data/kata/releases.csv</c>.</remarks>
public sealed class KataReleases
{
    static readonly Lazy<KataReleases> s_known = new(() => new KataReleases(PackedImage.Embedded));

    readonly PackedTable _table;
    readonly Dictionary<string, int> _indexes = new(StringComparer.Ordinal);

    /// <exception cref="FailureException">The image has no releases.</exception>
    public KataReleases(PackedImage image)
    {
        _table = image.Table("kata/releases");
        var release = _table.Column("release");
        All = [.. Enumerable.Range(0, _table.RowCount).Select(row => new KataVersion(_table.Text(row, release)))];
        if (All.IsEmpty) throw new FailureException(new Failure(FailureCode.BadInput, "there is no release", "data/kata/releases.csv"));
        for (var i = 0; i < All.Length; i++) _indexes[All[i].Tag] = i;
        Newest = All.LastOrDefault(known => !known.IsPreRelease, All[^1]);
    }

    /// <summary>Those that this assembly was built with.</summary>
    public static KataReleases Known => s_known.Value;

    /// <summary>Every tag, pre-releases among them.</summary>
    public ImmutableArray<KataVersion> All { get; }

    /// <summary>The newest that is no pre-release.</summary>
    public KataVersion Newest { get; }

    /// <summary>Position in <see cref="All"/>, or -1 when it is not known.</summary>
    public int IndexOf(string tag) => _indexes.GetValueOrDefault(tag, -1);

    /// <summary>Day of the tagged commit, as ISO date.</summary>
    public string DateOf(KataVersion release) => _table.Text(IndexOf(release.Tag), _table.Column("date"));

    /// <summary>Id of the tagged commit in kata-containers/kata-containers.</summary>
    public string CommitOf(KataVersion release) => _table.Text(IndexOf(release.Tag), _table.Column("commit"));

    /// <summary>Finds a release by its tag.</summary>
    /// <param name="where">The option or file that names it, for the error.</param>
    /// <exception cref="FailureException">It is not known; the error names the nearest ones. Code <see cref="FailureCode.UnknownTarget"/>.</exception>
    public KataVersion Parse(string tag, string? where = null) => IndexOf(tag) is >= 0 and var index
        ? All[index]
        : throw new FailureException(new Failure(FailureCode.UnknownTarget, $"unknown release '{tag}'", where,
            $"nearest known: {string.Join(", ", Nearest(tag))}; list all with `syscallprobe matrix list`"));

    /// <summary>The known tags just before and after an unknown one; the newest when the text is no release at all.</summary>
    public IReadOnlyList<string> Nearest(string text)
    {
        if (!KataVersion.HasForm(text)) return [Newest.Tag];
        var wanted = new KataVersion(text);
        var before = All.LastOrDefault(known => known.CompareTo(wanted) < 0);
        var after = All.FirstOrDefault(known => known.CompareTo(wanted) > 0);
        return [.. new[] { before.Tag, after.Tag }.OfType<string>()];
    }
}
