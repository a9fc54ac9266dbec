using SyscallProbe.Guest;
using SyscallProbe.Matrix;
using SyscallProbe.Tests;

namespace SyscallProbe.Core.Tests.Guest;

/// <summary>Holds <c>data/kata/</c> and its part of <c>data/linux/</c> to their form.</summary>
public sealed class KataDataTests
{
    public static TheoryData<string, int> Files => new()
    {
        { "kata/configs", 4 }, { "kata/defaults", 1 }, { "kata/kernels", 3 }, { "kata/releases", 1 }, { "kata/shims", 3 }, { "kata/variants", 3 },
        { "linux/arguments", 3 }, { "linux/features", 1 }, { "linux/paths", 1 }, { "linux/syscalls-config", 5 }, { "linux/syscalls-since", 2 },
    };

    [Theory, MemberData(nameof(Files))]
    public void Rows_are_sorted_by_their_key_and_unique(string name, int keyColumns)
    {
        var file = Read(name);
        var wrong = new List<string>();
        for (var i = 1; i < file.Rows.Count; i++)
        {
            if (Compare(file, file.Rows[i - 1], file.Rows[i], keyColumns) >= 0) wrong.Add($"data/{name}.csv:{i + 2}: {string.Join(',', file.Rows[i].Take(keyColumns))} does not follow the row before");
        }

        wrong.Should().BeEmpty();
    }

    [Theory, MemberData(nameof(Files))]
    public void Every_file_has_a_row_of_sources_and_every_curated_row_its_own(string name, int keyColumns)
    {
        _ = keyColumns;
        var sources = Read("SOURCES");
        var row = sources.Rows.Should().ContainSingle(row => row[sources.Column("file")] == name + ".csv").Which;
        var file = Read(name);
        if (row[sources.Column("kind")] == "curated") file.Rows.Should().OnlyContain(cells => cells[file.Column("source")].Length > 0);
        else row[sources.Column("command")].Should().NotBeEmpty();
    }

    [Fact]
    public void Releases_kernels_variants_and_options_that_are_referred_to_exist()
    {
        var releases = Cells("kata/releases", "release").ToHashSet(StringComparer.Ordinal);
        foreach (var name in new[] { "kata/configs", "kata/defaults", "kata/kernels", "kata/shims", "kata/variants" }) Cells(name, "since").Should().OnlyContain(since => releases.Contains(since));
        var variants = Cells("kata/variants", "variant").ToHashSet(StringComparer.Ordinal);
        Cells("kata/kernels", "variant").Distinct().Should().BeEquivalentTo(variants);
        Cells("kata/shims", "kernel").Where(kernel => kernel.Length > 0).Should().OnlyContain(kernel => variants.Contains(kernel));
        Cells("kata/configs", "value").Should().OnlyContain(value => value == "y" || value == "m" || value == "n");
        var imported = Cells("kata/configs", "option").ToHashSet(StringComparer.Ordinal);
        var asked = Cells("linux/syscalls-config", "option").Concat(Cells("linux/features", "option")).Concat(Cells("linux/arguments", "option")).Concat(Cells("linux/paths", "option")).Where(option => option.StartsWith("CONFIG_", StringComparison.Ordinal));
        imported.Should().BeEquivalentTo(asked.Distinct(), "after naming a new option run `syscallprobe matrix import --kata-repo DIR --linux-source DIR`");
    }

    [Fact]
    public void Every_syscall_of_both_ABIs_has_a_row()
    {
        var file = Read("linux/syscalls-since");
        foreach (var abi in new[] { Abi.Amd64, Abi.Arm64 })
        {
            file.Rows.Where(row => row[0] == abi.Name()).Select(row => row[1]).Should().BeEquivalentTo(Syscalls.All(abi).Select(syscall => syscall.Name));
        }
        Cells("linux/syscalls-config", "syscall").Concat(Cells("linux/arguments", "syscall")).Should()
            .OnlyContain(name => Syscalls.NrOf(Abi.Amd64, name) != null || Syscalls.NrOf(Abi.Arm64, name) != null);
    }

    [Fact]
    public void Every_release_has_every_hypervisors_guest_with_a_configuration()
    {
        foreach (var release in KataReleases.Known.All)
        {
            foreach (var arch in new[] { Abi.Amd64, Abi.Arm64 })
            {
                foreach (var hypervisor in GuestKernels.Known.Hypervisors(release, arch))
                {
                    var guest = GuestKernels.Known.Find(release, hypervisor, arch);
                    (guest.Version is not null && guest.Config.Count > 200).Should().BeTrue($"kata@{release},hypervisor={hypervisor} on {arch.Name()} has '{guest.Kernel}'");
                }
                GuestKernels.Known.Hypervisors(release, arch).Should().Contain(GuestKernels.Known.DefaultHypervisor(release));
            }
        }
    }

    static int Compare(CsvFile file, IReadOnlyList<string> a, IReadOnlyList<string> b, int keyColumns)
    {
        for (var i = 0; i < keyColumns; i++)
        {
            var order = file.Header[i] is "since" or "release" && KataVersion.HasForm(a[i]) ? new KataVersion(a[i]).CompareTo(new KataVersion(b[i]))
                : file.Header[i] == "since" ? Version(a[i]).CompareTo(Version(b[i]))
                : string.CompareOrdinal(a[i], b[i]);
            if (order != 0) return order;
        }
        return 0;
    }

    static KernelVersion Version(string text) => KernelVersion.TryParse(text, out var version) ? version : default;

    static IEnumerable<string> Cells(string name, string column)
    {
        var file = Read(name);
        return file.Rows.Select(row => row[file.Column(column)]);
    }

    static CsvFile Read(string name)
    {
        using var csv = File.OpenRead(Repo.PathOf("data", name + ".csv"));
        return CsvFile.Read(name, csv);
    }
}
