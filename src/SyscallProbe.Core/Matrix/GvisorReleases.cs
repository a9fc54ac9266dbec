using System.Collections.Immutable;

namespace SyscallProbe.Matrix;

/// <summary>The gVisor releases that the matrix knows, oldest first.</summary>
/// <remarks>Facts: the tags <c>release-*</c> of google/gvisor, in <c>data/gvisor/releases.csv</c>.</remarks>
public sealed class GvisorReleases
{
    static readonly Lazy<GvisorReleases> s_known = new(() => new GvisorReleases(PackedImage.Embedded));

    readonly PackedTable _table;
    readonly string[] _names;

    /// <exception cref="FailureException">The image has no releases, or one that is no release tag.</exception>
    public GvisorReleases(PackedImage image)
    {
        _table = image.Table("gvisor/releases");
        var name = _table.Column("release");
        _names = new string[_table.RowCount];
        for (var row = 0; row < _names.Length; row++)
        {
            _names[row] = _table.Text(row, name);
            if (!Release.HasForm(_names[row]) || (row > 0 && Release.CompareNames(_names[row - 1], _names[row]) >= 0))
                throw new FailureException(new Failure(FailureCode.BadInput, $"'{_names[row]}' is no release tag that follows the one before", $"data/gvisor/releases.csv:{row + 2}"));
        }
        if (_names.Length == 0) throw new FailureException(new Failure(FailureCode.BadInput, "there is no release", "data/gvisor/releases.csv"));
        All = [.. Enumerable.Range(0, _names.Length).Select(index => new Release(index))];
    }

    /// <summary>Those that this assembly was built with.</summary>
    public static GvisorReleases Known => s_known.Value;

    public ImmutableArray<Release> All { get; }

    public Release Newest => All[^1];

    /// <summary>The tag: <c>release-20260817.0</c>.</summary>
    public string NameOf(Release release) => _names[release.Index];

    /// <summary>Day of the tagged commit, as ISO date.</summary>
    public string DateOf(Release release) => _table.Text(release.Index, _table.Column("date"));

    /// <summary>Id of the tagged commit in google/gvisor.</summary>
    public string CommitOf(Release release) => _table.Text(release.Index, _table.Column("commit"));

    /// <summary>Finds a release by its tag, exactly as <see cref="NameOf"/> writes it.</summary>
    public bool TryParse(string name, out Release release)
    {
        var index = Release.HasForm(name) ? Array.BinarySearch(_names, name, Comparer<string>.Create(Release.CompareNames)) : -1;
        var found = index >= 0 && _names[index] == name; // 'release-20260817.00' compares equal and is no tag
        release = found ? All[index] : default;
        return found;
    }

    /// <summary>Finds a release by its tag.</summary>
    /// <param name="where">The option or file that names it, for the error.</param>
    /// <exception cref="FailureException">It is not known; the error names the nearest ones. Code <see cref="FailureCode.UnknownTarget"/>.</exception>
    public Release Parse(string name, string? where = null) => TryParse(name, out var release)
        ? release
        : throw new FailureException(new Failure(FailureCode.UnknownTarget, $"unknown release '{name}'", where,
            $"nearest known: {string.Join(", ", Nearest(name))}; list all with `syscallprobe matrix list`"));

    /// <summary>The known tags just before and after an unknown one; the newest when the text is no release at all.</summary>
    public IReadOnlyList<string> Nearest(string name)
    {
        var text = name.Length > 0 && char.IsAsciiDigit(name[0]) ? "release-" + name : name;
        if (!text.StartsWith("release-", StringComparison.Ordinal)) return [_names[^1]];
        var after = Array.FindIndex(_names, known => string.CompareOrdinal(known, text) >= 0);
        if (after < 0) return [_names[^1]];
        return after == 0 || _names[after] == text ? [_names[after]] : [_names[after - 1], _names[after]];
    }
}
