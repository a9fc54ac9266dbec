using System.Buffers.Binary;
using System.Text;
using CsCheck;
using SyscallProbe.Recording.Bpf;
using SyscallProbe.Rules;
using SyscallProbe.Traces;

namespace SyscallProbe.Recording.Tests.Bpf;

/// <summary>Records as the programs write them, also of what this kernel may be without: 32-bit and x32 calls.</summary>
public sealed class RecordedRowTests
{
    [Fact]
    public void A_record_becomes_an_observation()
    {
        var row = RecordedRow.Decode(Key(16, Abi.Amd64, Phase.Serving, 25, 3, flags: 0b110, [0x5401, 0, 0, 0]), 9);

        var seen = row.ToObservation(CallSpec.Of(row.Abi, row.Nr), "/usr/bin/python3");

        seen.Should().BeEquivalentTo(new Observation(
            Abi.Amd64, new Nr(16), [new Argument("cmd", 0x5401)], null, Result.Failed(new Errno(25)), Phase.Serving, 9, ["/usr/bin/python3"]));
        row.Executable.Should().Be(3);
    }

    [Fact]
    public void A_32_bit_call_keeps_its_abi_and_has_no_arguments()
    {
        var row = RecordedRow.Decode(Key(54, Abi.I386, Phase.Startup, 0, 1, 0, [0, 0, 0, 0]), 21);

        var seen = row.ToObservation(CallSpec.Of(row.Abi, row.Nr), "/bin/old");

        (seen.Abi, Syscalls.NameOf(seen.Abi, seen.Nr), seen.Result, seen.Count).Should().Be((Abi.I386, "ioctl", Result.Success, 21ul));
        seen.Arguments.Should().BeEmpty();
    }

    [Fact]
    public void An_x32_call_has_its_own_number_and_arguments()
    {
        var row = RecordedRow.Decode(Key(514, Abi.X32, Phase.Startup, 38, 1, flags: 0b110, [0x5401, 0, 0, 0]), 1);

        var seen = row.ToObservation(CallSpec.Of(row.Abi, row.Nr), "/bin/x32");

        Syscalls.NameOf(seen.Abi, seen.Nr).Should().Be("ioctl");
        seen.Arguments.Should().Equal(new Argument("cmd", 0x5401));
    }

    [Fact]
    public void An_argument_that_is_not_known_is_left_out()
    {
        var row = RecordedRow.Decode(Key(41, Abi.Amd64, Phase.Startup, 0, 1, flags: 0b010, [2, 0, 6, 0]), 1);

        row.ToObservation(CallSpec.Of(row.Abi, row.Nr), "").Arguments.Should().Equal(new Argument("family", 2), new Argument("protocol", 6));
    }

    [Theory]
    [InlineData(0, "success")]
    [InlineData(4095, "4095")]
    [InlineData(0xffff, "never")]
    public void Results_are_success_errno_or_never(ushort code, string text) =>
        RecordedRow.Decode(Key(1, Abi.Amd64, Phase.Startup, code, 0, 0, [0, 0, 0, 0]), 1).Result.ToString().Should().Be(text);

    [Theory]
    [InlineData(0, FdKind.Unknown)]
    [InlineData(0x20, FdKind.Other)]
    [InlineData(0x21, FdKind.Pipe)]
    [InlineData(0x24, FdKind.Dir)]
    [InlineData(0x26, FdKind.Device)]
    [InlineData(0x28, FdKind.File)]
    [InlineData(0x2c, FdKind.Socket)]
    [InlineData(0x00010022, FdKind.Device)]
    [InlineData(0x00040022, FdKind.Tty)]
    [InlineData(0x00880022, FdKind.Tty)]
    [InlineData(0x00900022, FdKind.Device)]
    [InlineData(0x00000030, FdKind.Other)]
    [InlineData(0x00010030, FdKind.Epoll)]
    [InlineData(0x00050030, FdKind.Inotify)]
    [InlineData(0x00060030, FdKind.Other)]
    public void What_was_noted_of_a_file_says_its_kind(uint word, FdKind kind)
    {
        var key = Key(16, Abi.Amd64, Phase.Startup, 0, 0, 0, [0x5401, 0, 0, 0]);
        BinaryPrimitives.WriteUInt32LittleEndian(key.AsSpan(RecordLayout.KeyFile), word);

        var row = RecordedRow.Decode(key, 1);

        row.File.Should().Be(kind);
        row.ToObservation(CallSpec.Of(row.Abi, row.Nr), "").Arguments[0]
            .Should().Be(kind == FdKind.Unknown ? new Argument("cmd", 0x5401) : new Argument("fd", (ulong)kind));
    }

    [Theory]
    [InlineData(0u, null, null)] // nothing noted
    [InlineData(0x28u, null, null)] // a file
    [InlineData(0x000000acu, 2ul, null)] // AF_INET
    [InlineData(0x0000042cu, 16ul, 0ul)] // NETLINK_ROUTE
    [InlineData(0x000f042cu, 16ul, 15ul)] // NETLINK_KOBJECT_UEVENT
    public void What_was_noted_of_a_socket_says_its_family_and_netlink_protocol(uint word, ulong? family, ulong? netlink)
    {
        FileWord.FactOf(word, SocketFact.Family).Should().Be(family);
        FileWord.FactOf(word, SocketFact.Netlink).Should().Be(netlink);
    }

    [Fact]
    public void Every_word_of_a_fact_says_it()
    {
        Gen.Select(Gen.Enum<SocketFact>(), Gen.ULong[0, 31]).Sample((fact, value) =>
            FileWord.WordsOf(fact, value).All(word => FileWord.FactOf(word, fact) == value && FileWord.KindOf(word) == FdKind.Socket));
    }

    [Fact]
    public void A_number_that_no_table_has_is_kept_as_it_was() =>
        RecordedRow.Decode(Key(-1, Abi.Amd64, Phase.Startup, 38, 0, 0, [0, 0, 0, 0]), 1).Nr.Should().Be(new Nr(-1));

    [Theory]
    [InlineData("/proc/123/stat", "/proc/[pid]/stat")]
    [InlineData("/proc/123", "/proc/[pid]")]
    [InlineData("/proc/self/task/45/comm", "/proc/self/task/[pid]/comm")]
    [InlineData("/proc/[pid]/task/45", "/proc/[pid]/task/[pid]")]
    [InlineData("/proc/123/fd/45", "/proc/[pid]/fd/45")]
    [InlineData("/proc/123x", "/proc/123x")]
    [InlineData("/proc/sys/net/7", "/proc/sys/net/7")]
    [InlineData("/var/proc/12", "/var/proc/12")]
    [InlineData("proc/12", "proc/12")]
    public void Numbers_of_processes_and_threads_are_written_alike(string path, string expected) => RecordedRow.WithoutPids(path).Should().Be(expected);

    [Fact]
    public void A_path_that_was_cut_says_so_and_one_that_just_fits_does_not()
    {
        var fits = new byte[256];
        fits.AsSpan(0, 255).Fill((byte)'a');
        var isCut = new byte[256];
        isCut.AsSpan().Fill((byte)'a');

        RecordedRow.DecodePath(fits).Should().Be(new string('a', 255));
        RecordedRow.DecodePath(isCut).Should().Be(new string('a', 256) + "…");
    }

    [Fact]
    public void Bytes_that_are_no_text_do_no_harm() => RecordedRow.DecodePath([0x2f, 0xff, 0x1b, 0]).Should().Be("/\ufffd\u001b");

    [Fact]
    public void A_record_with_a_path_has_it_behind_the_key()
    {
        byte[] key = [.. Key(257, Abi.Amd64, Phase.Startup, 2, 1, 0, [0x80000, 0, 0, 0]), .. Encoding.UTF8.GetBytes("/sys/kernel\0")];

        RecordedRow.Decode(key, 1).Path.Should().Be("/sys/kernel");
    }

    static byte[] Key(int nr, Abi abi, Phase phase, ushort result, ushort executable, ushort flags, ulong[] arguments)
    {
        var key = new byte[RecordLayout.KeyBytes];
        BinaryPrimitives.WriteInt32LittleEndian(key.AsSpan(RecordLayout.KeyNr), nr);
        key[RecordLayout.KeyAbi] = (byte)abi;
        key[RecordLayout.KeyPhase] = (byte)phase;
        BinaryPrimitives.WriteUInt16LittleEndian(key.AsSpan(RecordLayout.KeyResult), result);
        BinaryPrimitives.WriteUInt16LittleEndian(key.AsSpan(RecordLayout.KeyExecutable), executable);
        BinaryPrimitives.WriteUInt16LittleEndian(key.AsSpan(RecordLayout.KeyFlags), flags);
        for (var i = 0; i < arguments.Length; i++) BinaryPrimitives.WriteUInt64LittleEndian(key.AsSpan(RecordLayout.KeyValues + i * 8), arguments[i]);
        return key;
    }
}
