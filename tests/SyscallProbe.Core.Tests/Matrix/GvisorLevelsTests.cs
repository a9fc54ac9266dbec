using CsCheck;
using SyscallProbe.Matrix;
using SyscallProbe.Tests;

namespace SyscallProbe.Core.Tests.Matrix;

public sealed class GvisorLevelsTests
{
    static readonly GvisorLevels s_levels = GvisorLevels.Known;
    static readonly GvisorReleases s_releases = GvisorReleases.Known;

    [Fact]
    public void Every_look_up_equals_a_scan_of_the_csv()
    {
        var rows = Rows().GroupBy(row => (row.Abi, row.Nr)).ToDictionary(group => group.Key, group => group.ToArray());
        var wrong = new List<string>();
        foreach (var abi in AbiNames.All)
        {
            for (var nr = -1; nr < 600; nr++)
            {
                var history = rows.GetValueOrDefault((abi, nr), []);
                foreach (var release in s_releases.All)
                {
                    var expected = history.LastOrDefault(row => row.Since <= release.Index).Entry ?? new LevelEntry(SupportLevel.Undefined, Errno.ENOSYS, null, true);
                    AbiNames.TryParse(abi, out var which);
                    var found = s_levels.EntryOf(which, new Nr(nr), release);
                    if (found != expected || s_levels.LevelOf(which, new Nr(nr), release) != expected.Level) wrong.Add($"{abi} {nr} {s_releases.NameOf(release)}: {found}");
                }
            }
        }
        wrong.Should().BeEmpty();
    }

    [Fact]
    public void A_release_laid_out_flat_answers_the_same() =>
        Gen.Select(Gen.Int[0, 3], Gen.OneOf(Gen.Int[-2, 600], Gen.Int), Gen.Int[0, s_releases.All.Length - 1]).Sample((abi, nr, at) =>
        {
            var (which, number, release) = ((Abi)abi, new Nr(nr), new Release(at));
            var flat = s_levels.At(release);
            return flat.LevelOf(which, number) == s_levels.LevelOf(which, number, release) && flat.EntryOf(which, number) == s_levels.EntryOf(which, number, release);
        });

    [Fact]
    public void All_releases_and_both_abis_take_at_most_16_KiB() => s_levels.SizeBytes.Should().BeLessThanOrEqualTo(16 * 1024);

    [Fact]
    public void Looking_up_allocates_nothing()
    {
        var flat = s_levels.At(s_releases.Newest);
        var sum = Sum(flat);

        var before = GC.GetAllocatedBytesForCurrentThread();
        sum += Sum(flat);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        allocated.Should().Be(0);
        sum.Should().BePositive();
    }

    [Fact]
    public void A_release_that_is_not_there_is_refused()
    {
        var asking = () => s_levels.LevelOf(Abi.Amd64, new Nr(0), new Release(s_releases.All.Length));

        asking.Should().Throw<ArgumentOutOfRangeException>();
    }

    [Theory]
    [InlineData("release-20230807.0", "error")]
    [InlineData("release-20230814.0", "partial")]
    [InlineData("release-20230823.0", "error")]
    [InlineData("release-20230904.0", "partial")]
    public void Clone3_came_went_and_came_back(string release, string level) =>
        s_levels.LevelOf(Abi.Amd64, new Nr(435), s_releases.Parse(release)).Name().Should().Be(level);

    [Fact]
    public void A_capability_gate_names_its_capability()
    {
        var adjtimex = s_levels.EntryOf(Abi.Amd64, Syscalls.NrOf(Abi.Amd64, "adjtimex")!.Value, s_releases.Parse("release-20221219.0"));

        adjtimex.Should().Be(new LevelEntry(SupportLevel.CapGate, Errno.EPERM, "CAP_SYS_TIME", true));
    }

    [Fact]
    public void Notes_are_those_in_force()
    {
        var clone3 = new Nr(435);

        GvisorNotes.Known.NoteOf(Abi.Amd64, clone3, s_releases.Parse("release-20230814.0")).Should().StartWith("Options CLONE_");
        GvisorNotes.Known.NoteOf(Abi.Amd64, clone3, s_releases.Parse("release-20230823.0")).Should().BeNull();
        GvisorNotes.Known.NoteOf(Abi.Amd64, new Nr(209), s_releases.Newest).Should().EndWith(" See: gvisor.dev/issue/204");
        GvisorNotes.Known.NoteOf(Abi.I386, new Nr(3), s_releases.Newest).Should().BeNull();
    }

    [Fact]
    public void A_damaged_table_is_refused_or_read_within_its_bounds()
    {
        var whole = PackedImage.Embedded.Blob("gvisor/levels.table").Span.ToArray();
        Gen.Select(Gen.OneOf(Gen.Int[0, 200], Gen.Int[0, whole.Length - 1]), Gen.Byte, Gen.OneOf(Gen.Const(whole.Length), Gen.Int[0, whole.Length])).Sample((at, value, length) =>
        {
            var bytes = whole.ToArray();
            bytes[at] ^= value;
            ReadEverything(bytes.AsSpan(0, length).ToArray());
        });
    }

    [Fact]
    public void Random_bytes_are_refused() => Gen.Byte.Array[0, 100].Sample(ReadEverything);

    static void ReadEverything(byte[] blob)
    {
        var packer = new Packer();
        packer.AddBlob("gvisor/levels.table", blob);
        GvisorLevels levels;
        try
        {
            levels = new GvisorLevels(PackedImage.Open(packer.Pack()));
        }
        catch (FailureException)
        {
            return;
        }
        for (var release = 0; release < levels.ReleaseCount; release++)
        {
            var flat = levels.At(new Release(release));
            for (var nr = 0; nr < 1024; nr++) _ = flat.EntryOf(Abi.Amd64, new Nr(nr));
        }
    }

    static int Sum(ReleaseLevels flat)
    {
        var sum = 0;
        for (var nr = -10; nr < 600; nr++)
        {
            sum += (int)s_levels.LevelOf(Abi.Arm64, new Nr(nr), flat.Release) + (int)flat.LevelOf(Abi.Amd64, new Nr(nr));
            sum += s_levels.EntryOf(Abi.Amd64, new Nr(nr), flat.Release).Event ? 1 : 0;
        }
        return sum;
    }

    static IEnumerable<(string Abi, int Nr, int Since, LevelEntry Entry)> Rows()
    {
        foreach (var line in File.ReadLines(Repo.PathOf("data", "gvisor", "levels.csv")).Skip(1))
        {
            var cells = line.Split(',');
            SupportLevelNames.TryParse(cells[3], out var level).Should().BeTrue();
            Errno? errno = Errno.TryParse(cells[4], out var known) ? known : null;
            yield return (cells[0], int.Parse(cells[1]), s_releases.Parse(cells[2]).Index,
                new LevelEntry(level, errno, cells[5].Length == 0 ? null : cells[5], cells[6] == "yes"));
        }
    }
}
