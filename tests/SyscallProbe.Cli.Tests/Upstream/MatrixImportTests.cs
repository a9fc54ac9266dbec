namespace SyscallProbe.Cli.Tests.Upstream;

public sealed class MatrixImportTests
{
    const string Table = "pkg/sentry/syscalls/linux/linux64.go";
    const string Helpers = "pkg/sentry/syscalls/syscalls.go";
    const string Drivers = "pkg/sentry/devices/nvproxy/version.go";
    const string Override = "pkg/sentry/syscalls/linux/vfs2/vfs2.go";

    static readonly string[] s_files = ["levels.csv", "names.csv", "notes.csv", "nvproxy-commands.csv", "nvproxy-drivers.csv", "releases.csv", "sources.csv"];

    [Fact]
    public void Tables_of_every_era_become_the_expected_rows()
    {
        using var upstream = new UpstreamRepository();

        var (exit, output, error) = upstream.Import();

        error.Should().BeEmpty();
        exit.Should().Be(0);
        output.Should().Contain("gvisor/releases.csv: 5 rows, changed");
        foreach (var file in s_files) Golden.Matches($"tests/upstream/expected/{file}", upstream.Data(file));
    }

    [Fact]
    public void Importing_again_changes_no_byte()
    {
        using var upstream = new UpstreamRepository();
        upstream.Import();
        var first = s_files.Select(upstream.Data).ToArray();

        var (_, output, _) = upstream.Import();

        output.Should().NotContain("changed");
        s_files.Select(upstream.Data).Should().Equal(first);
    }

    [Fact]
    public void A_new_release_changes_only_what_it_changes()
    {
        using var upstream = new UpstreamRepository();
        upstream.Import();
        var before = s_files.ToDictionary(file => file, file => upstream.Data(file).Split('\n'));
        upstream.AddRelease("release-20230201.0", "release-20230101.0", Table, text => text.Replace("\"Only, \" +", "\"Better, \" +"));

        upstream.Import();

        var added = s_files.ToDictionary(file => file, file => upstream.Data(file).Split('\n').Except(before[file]).ToArray());
        s_files.Should().OnlyContain(file => before[file].Except(upstream.Data(file).Split('\n').ToArray()).Count() == 0);
        added["levels.csv"].Should().Equal("amd64,1,release-20230201.0,partial,,,no,N006");
        added["notes.csv"].Should().Equal("N006,\"Better, \"\"sometimes\"\".\",");
        added["releases.csv"].Should().ContainSingle().Which.Should().StartWith("release-20230201.0,2024-01-07,").And.EndWith(",no");
        added["names.csv"].Should().BeEmpty();
        added["nvproxy-commands.csv"].Should().BeEmpty();
        added["nvproxy-drivers.csv"].Should().BeEmpty();
        added["sources.csv"].Should().BeEmpty();
    }

    [Theory]
    [InlineData("release-20230101.0", Table, "0: syscalls.SupportedPoint(\"read\", Read, PointRead)", "0: read", "expected a call of package syscalls, found 'read'", Table + ":6")]
    [InlineData("release-20230101.0", Table, "syscalls.CapError(\"reboot\"", "syscalls.Novel(\"reboot\"", "'syscalls.Novel' is not in " + Helpers, Table + ":14")]
    [InlineData("release-20230101.0", Table, "7:  syscalls", "sevenNr: syscalls", "expected a syscall number, found 'sevenNr'", Table + ":14")]
    [InlineData("release-20230101.0", Table, "7:  syscalls", "1: syscalls", "the number 1 is listed twice", Table + ":14")]
    [InlineData("release-20230101.0", Table, "linuxerr.EACCES", "linuxerr.EWEIRD", "'linuxerr.EWEIRD' is no errno", Table + ":15")]
    [InlineData("release-20230101.0", Table, "\"Not for users.\"", "notForUsers", "expected a string literal, found 'notForUsers'", Table + ":15")]
    [InlineData("release-20230101.0", Table, "\tkernel.RegisterSyscallTable(AMD64)", "\tAMD64.Table[3] = x", "a table is changed outside of its literal", Table + ":37")]
    [InlineData("release-20230101.0", Table, "arch.AMD64", "arch.RISCV64", "expected arch.AMD64 or arch.ARM64, found 'arch'", Table + ":4")]
    [InlineData("release-20230101.0", Table, "linuxerr.ENOSYS", "linuxerr.EIO", "a number that is not in the table gives another errno than ENOSYS", Table + ":18")]
    [InlineData("release-20230101.0", Helpers, "note string, urls []string", "note string, since int", "the parameter 'since int' of the helper 'PartiallySupported' is not known", Helpers + ":8")]
    [InlineData("release-20220101.0", Override, "s.Table[1] = ", "s.Replace(1, ", "expected a statement that changes a syscall table, found 's'", Override + ":9")]
    [InlineData("release-20230101.0", Drivers, "nvconf.CapGraphics),", "nvconf.CapNovel),", "'CapNovel' is no driver capability that is known", Drivers + ":17")]
    [InlineData("release-20230101.0", Drivers, "nvgpu.CTRL_ONE: ", "nvgpu.CTRL_TWO: ", "'CTRL_TWO' is no numeric constant that is known here", Drivers + ":23")]
    [InlineData("release-20230101.0", Drivers, "delete(abi", "clear(abi", "expected a statement that changes a driver's tables, found 'clear'", Drivers + ":37")]
    [InlineData("release-20230101.0", Drivers, "uvmIoctl: map", "novelTable: map", "'novelTable' is no field of driverABI that is known", Drivers + ":19")]
    [InlineData("release-20230101.0", Drivers, "\"def\", v535_43_02", "\"def\", v535_43_03", "'v535_43_03' is no driver that was registered before", Drivers + ":45")]
    public void A_construct_that_is_not_understood_stops_it_with_file_line_and_tag(string like, string path, string old, string novel, string what, string where)
    {
        using var upstream = new UpstreamRepository();
        upstream.AddRelease("release-20230201.0", like, path, text => text.Replace(old, novel));

        var (exit, _, error) = upstream.Import();

        exit.Should().Be(1);
        error.Should().StartWith($"syscallprobe: error: {what}\n  at  {where} at release-20230201.0\n");
        Directory.Exists(Path.Combine(upstream.WorkingDirectory, "data", "gvisor")).Should().BeTrue();
        File.Exists(Path.Combine(upstream.WorkingDirectory, "data", "gvisor", "levels.csv")).Should().BeFalse("nothing is written before all is understood");
    }

    [Fact]
    public void A_tag_of_another_form_stops_it()
    {
        using var upstream = new UpstreamRepository();
        upstream.AddRelease("release-20230201.0-rc1", Repo.PathOf("tests", "upstream", "release-20230101.0"));

        upstream.Import().Error.Should().Be("syscallprobe: error: the tag 'release-20230201.0-rc1' is not of the form release-YYYYMMDD.N\n");
    }

    [Fact]
    public void A_folder_that_is_no_git_directory_is_named()
    {
        using var upstream = new UpstreamRepository();

        var (exit, _, error) = TestHost.Run(["matrix", "import", "--gvisor-repo", "data"], upstream.WorkingDirectory);

        exit.Should().Be(1);
        error.Should().StartWith($"syscallprobe: error: no git directory at '{Path.Combine(upstream.WorkingDirectory, "data")}'\n");
    }
}
