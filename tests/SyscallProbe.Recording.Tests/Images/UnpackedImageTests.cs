using System.Diagnostics;
using System.Formats.Tar;
using SyscallProbe.Recording.Engines;
using SyscallProbe.Recording.Host;
using SyscallProbe.Recording.Tests.Workloads;
using SyscallProbe.Tests;
using static SyscallProbe.Recording.Tests.Images.TestImage;

namespace SyscallProbe.Recording.Tests.Images;

/// <summary>An image is in its folder as its layers say, and nothing of it is anywhere else.</summary>
public sealed class UnpackedImageTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public UnpackedImageTests() => HostRequirement.Require(root: true);

    string State => _folder.Path + "/state";

    string File => _folder.Path + "/image";

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("docker", false)]
    [InlineData("docker", true)]
    [InlineData("docker.gz", false)]
    [InlineData("layout", true)]
    [InlineData("layout", false)]
    [InlineData("layout archive", true)]
    public void Every_form_gives_the_same_files_and_settings(string form, bool isGzip)
    {
        var image = new TestImage(
            Layer(Folder("bin"), Folder("of-this-image"), TestImage.File("./bin/serve", "program", mode: 0x9ed, owner: 7), TestImage.File("/etc/deep/er/conf", "of below"), Link("lib", "/of-this-image")),
            Layer(TestImage.File("lib/more", "through a link"), Link("bin/same", "bin/serve", TarEntryType.HardLink))) { IsGzip = isGzip };
        Write(image, form);

        using (var unpacked = UnpackedImage.Unpack(File, State))
        {
            var serve = unpacked.Root + "/bin/serve";
            System.IO.File.ReadAllText(serve).Should().Be("program");
            Stat("%a %u %g %h %Y", serve).Should().Be("4755 7 7 2 1000000000");
            System.IO.File.ReadAllText(unpacked.Root + "/bin/same").Should().Be("program");
            System.IO.File.ReadAllText(unpacked.Root + "/of-this-image/more").Should().Be("through a link");
            new FileInfo(unpacked.Root + "/lib").LinkTarget.Should().Be("/of-this-image");
            System.IO.File.ReadAllText(unpacked.Root + "/etc/deep/er/conf").Should().Be("of below");

            unpacked.Name.Should().Be(form.StartsWith("docker") ? "localhost/test:1" : "test:2");
            unpacked.ArgvOf([]).Should().Equal("/bin/serve", "--port", "1");
            unpacked.ArgvOf(["-v"]).Should().Equal("/bin/serve", "-v");
            unpacked.Environment.Should().Equal(KeyValuePair.Create("PATH", "/bin"), KeyValuePair.Create("A", "b=c"));
            (unpacked.User, unpacked.WorkingDirectory).Should().Be(("7:8", "/srv"));
            unpacked.Notes.Should().BeEmpty();
        }
        Directory.Exists(State).Should().BeFalse();
    }

    [Fact]
    public void Whiteouts_hide_what_is_below_and_not_what_comes_along()
    {
        new TestImage(
            Layer(TestImage.File("a/one", "1"), TestImage.File("a/two", "2"), TestImage.File("b/sub/old", "3"), TestImage.File("b/gone", "4"), TestImage.File("file", "5"), Folder("was")),
            Layer(
                TestImage.File("a/.wh.one", ""), TestImage.File("b/sub/new", "6"), TestImage.File("b/.wh..wh..opq", ""), TestImage.File("b/last", "7"), Folder("file"),
                TestImage.File("was", "8"), TestImage.File(".wh..wh.plnk/x", "9"))).WriteDocker(File);

        using var unpacked = UnpackedImage.Unpack(File, State);

        Directory.EnumerateFileSystemEntries(unpacked.Root, "*", SearchOption.AllDirectories).Select(path => path[unpacked.Root.Length..]).Order(StringComparer.Ordinal)
            .Should().Equal("/a", "/a/two", "/b", "/b/last", "/b/sub", "/b/sub/new", "/file", "/was");
        Directory.Exists(unpacked.Root + "/file").Should().BeTrue();
        System.IO.File.ReadAllText(unpacked.Root + "/was").Should().Be("8");
    }

    [Fact]
    public void Devices_and_fifos_are_made()
    {
        new TestImage(Layer(
            new PaxTarEntry(TarEntryType.CharacterDevice, "dev/null") { DeviceMajor = 1, DeviceMinor = 3, Mode = (UnixFileMode)0x1b6 }, new PaxTarEntry(TarEntryType.Fifo, "fifo"))).WriteDocker(File);

        using var unpacked = UnpackedImage.Unpack(File, State);

        Stat("%F %a %t %T", unpacked.Root + "/dev/null").Should().Be("character special file 666 1 3");
        Stat("%F", unpacked.Root + "/fifo").Should().Be("fifo");
    }

    public static TheoryData<string, TarEntry[], string> Hostile => new()
    {
        { "path", [TestImage.File("../outside", "x")], "leads out of the image" },
        { "path in the middle", [TestImage.File("a/../../outside", "x")], "leads out of the image" },
        { "link", [Link("way", "OUTSIDE"), TestImage.File("way/written", "x")], "open 'way': ENOENT" },
        { "relative link", [Link("way", "../../../../../../../OUTSIDE"), TestImage.File("way/written", "x")], "ENOENT" },
        { "hard link", [Link("stolen", "../outside", TarEntryType.HardLink)], "leads out of the image" },
        { "hard link to a path of the host", [Link("stolen", "OUTSIDE/secret", TarEntryType.HardLink)], "ENOENT" },
        { "hard link through a link", [Link("way", "OUTSIDE"), Link("stolen", "way/secret", TarEntryType.HardLink)], "ENOENT" },
        { "loop", [Link("a", "b"), Link("b", "a"), TestImage.File("a/x", "x")], "ELOOP" },
        { "whiteout of the parent", [TestImage.File("a/.wh...", "")], "a whiteout of no name" },
        { "huge name", [TestImage.File(new string('n', 300), "x")], "too long" },
        { "huge path", [TestImage.File(string.Join('/', Enumerable.Repeat("folder", 1000)), "x")], "too long" },
    };

    [Theory]
    [MemberData(nameof(Hostile), DisableDiscoveryEnumeration = true)]
    public void Hostile_layers_are_refused_and_touch_nothing_outside(string name, TarEntry[] entries, string reason)
    {
        var outside = Directory.CreateDirectory(_folder.Path + "/outside").FullName;
        System.IO.File.WriteAllText(outside + "/secret", "secret");
        foreach (var entry in entries.Where(entry => entry.EntryType is TarEntryType.SymbolicLink or TarEntryType.HardLink)) entry.LinkName = entry.LinkName.Replace("OUTSIDE", outside);
        new TestImage(Layer(entries)).WriteDocker(File);

        FailureOf().What.Should().StartWith("cannot unpack the image: ").And.Contain(reason, name);

        Directory.GetFileSystemEntries(outside).Should().Equal(outside + "/secret");
        Stat("%h", outside + "/secret").Should().Be("1");
        Directory.GetFileSystemEntries(_folder.Path).Should().BeEquivalentTo(outside, File);
    }

    [Fact]
    public void Links_that_lead_out_are_kept_and_replaced_but_never_written_through()
    {
        var outside = _folder.Path + "/outside";
        System.IO.File.WriteAllText(outside, "secret");
        new TestImage(Layer(Link("file", outside), Link("kept", outside)), Layer(TestImage.File("file", "new"))).WriteDocker(File);

        using var unpacked = UnpackedImage.Unpack(File, State);

        System.IO.File.ReadAllText(outside).Should().Be("secret");
        Stat("%F", unpacked.Root + "/file").Should().Be("regular file");
        new FileInfo(unpacked.Root + "/kept").LinkTarget.Should().Be(outside);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Truncated_layers_are_refused(bool isGzip)
    {
        var content = string.Join(' ', Enumerable.Range(0, 5000));
        new TestImage(Layer(TestImage.File("a", content))) { IsGzip = isGzip, Cut = 3000 }.WriteLayout(File, isArchive: true);

        FailureOf().What.Should().StartWith("cannot unpack the image: ");
    }

    [Fact]
    public void Truncated_archives_are_refused()
    {
        new TestImage(Layer(TestImage.File("a", new string('x', 5000)))).WriteDocker(File);
        using (var archive = System.IO.File.OpenWrite(File)) archive.SetLength(3000);

        FailureOf().Code.Should().Be(FailureCode.BadInput);
    }

    [Fact]
    public void Wrong_digests_are_refused()
    {
        new TestImage(Layer(TestImage.File("a", "x"))) { FirstDiffId = new string('0', 64) }.WriteDocker(File);
        FailureOf().What.Should().Contain("expected sha256:0000");

        System.IO.File.Delete(File);
        new TestImage(Layer(TestImage.File("a", "x"))).WriteLayout(File, isArchive: false);
        foreach (var blob in Directory.GetFiles(File + "/blobs/sha256").Where(blob => System.IO.File.ReadAllText(blob).Contains("schemaVersion"))) System.IO.File.AppendAllText(blob, " ");
        FailureOf().What.Should().Contain("does not have the digest that it is named by");
    }

    [Fact]
    public void Layout_may_not_lead_to_files_of_the_host()
    {
        new TestImage(Layer(TestImage.File("a", "x"))).WriteLayout(File, isArchive: false);
        foreach (var blob in Directory.GetFiles(File + "/blobs/sha256"))
        {
            System.IO.File.Move(blob, $"{_folder.Path}/{Path.GetFileName(blob)}");
            System.IO.File.CreateSymbolicLink(blob, $"{_folder.Path}/{Path.GetFileName(blob)}");
        }

        FailureOf().What.Should().Contain("it has no file 'blobs/sha256/");
    }

    [Fact]
    public void Image_of_this_machine_is_picked_and_none_is_an_error()
    {
        var elsewhere = $$$"""{"digest":"sha256:{{{new string('1', 64)}}}","platform":{"os":"linux","architecture":"s390x"}},""";
        var twice = $$$"""{"digest":"sha256:{{{new string('2', 64)}}}","platform":{"os":"unknown","architecture":"unknown"}},""";
        new TestImage(Layer(TestImage.File("a", "x"))).WriteLayout(File, isArchive: true, elsewhere + twice);
        using (var unpacked = UnpackedImage.Unpack(File, State)) System.IO.File.ReadAllText(unpacked.Root + "/a").Should().Be("x");

        new TestImage(Layer()) { Architecture = "s390x" }.WriteDocker(File);
        FailureOf().What.Should().StartWith("the image is for linux/s390x, and this machine is linux/");
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("""{"manifests":"none"}""")]
    [InlineData("""{"manifests":[{"digest":"sha256:../../../etc/passwd"}]}""")]
    [InlineData("""{"manifests":[{"digest":"\ud800"}]}""")]
    [InlineData("[]")]
    public void Damaged_indexes_are_refused(string index)
    {
        Directory.CreateDirectory(File);
        System.IO.File.WriteAllText(File + "/index.json", index);

        FailureOf().Code.Should().Be(FailureCode.BadInput);
    }

    [Fact]
    public void What_is_no_image_is_told()
    {
        FailureOf().Should().Be(new Failure(FailureCode.Usage, $"'{File}' does not exist", "--image", "name an archive of docker save or podman save, or an OCI image layout"));
        System.IO.File.WriteAllBytes(File, [0x28, 0xb5, 0x2f, 0xfd, 0]);
        FailureOf().What.Should().Contain("zstd");
        System.IO.File.WriteAllText(File, "text");
        FailureOf().Code.Should().Be(FailureCode.BadInput);
    }

    [Fact]
    public void Image_of_a_killed_tool_is_removed_and_that_of_a_living_one_is_not()
    {
        new TestImage(Layer(TestImage.File("a", "x"))).WriteDocker(File);
        using var living = UnpackedImage.Unpack(File, State);
        // The dead one's lock is gone with it.
        var dead = RunFolder.Create(State);
        dead.Dispose();

        UnpackedImage.Sweep(State);

        Directory.Exists(dead.Folder).Should().BeFalse();
        System.IO.File.ReadAllText(living.Root + "/a").Should().Be("x");
    }

    Failure FailureOf()
    {
        var failure = FluentActions.Invoking(() => UnpackedImage.Unpack(File, State)).Should().Throw<FailureException>().Which.Failure;
        Directory.Exists(State).Should().BeFalse();
        return failure;
    }

    void Write(TestImage image, string form)
    {
        if (form.StartsWith("layout")) image.WriteLayout(File, isArchive: form == "layout archive");
        else image.WriteDocker(File);
        if (form != "docker.gz") return;
        using (var gzip = Process.Start("gzip", [File])) gzip.WaitForExit();
        System.IO.File.Move(File + ".gz", File);
    }

    static string Stat(string format, string path)
    {
        using var stat = Process.Start(new ProcessStartInfo("stat", ["-c", format, path]) { RedirectStandardOutput = true })!;
        return stat.StandardOutput.ReadToEnd().Trim();
    }
}
