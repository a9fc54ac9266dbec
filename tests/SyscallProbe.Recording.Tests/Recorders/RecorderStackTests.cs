using SyscallProbe.Recording.Stacks;
using SyscallProbe.Recording.Tests.Workloads;
using SyscallProbe.Tests;
using SyscallProbe.Traces;

namespace SyscallProbe.Recording.Tests.Recorders;

/// <summary>Who makes a call.</summary>
public sealed class RecorderStackTests
{
    [Fact]
    public void The_functions_of_a_program_are_named_innermost_first()
    {
        HostRequirement.Require(root: true, program: "cc", btf: true, amd64: true);

        var (calls, _, status) = RecordedProgram.Run([Workload.Build("stacks")], new BpfRecorderOptions { TakesStacks = true });

        status.Should().Be(0);
        SocketOf(calls).Count.Should().Be(1);
        // open_raw is known from the top of the stack alone: the wrapper makes no frame.
        SocketOf(calls).Stack.Take(4).Should().Equal("__socket", "open_raw", "start_server", "main");
        calls.Lost.Should().Be(0);
        // close has no key argument and is counted on the short way.
        calls.Observations.Single(seen => Syscalls.NameOf(seen.Abi, seen.Nr) == "close").Stack.Should().Contain("main");
    }

    [Fact]
    public void No_stack_is_taken_unless_asked_for_and_the_counts_are_the_same()
    {
        HostRequirement.Require(root: true, program: "cc", btf: true, amd64: true);

        var (calls, _, _) = RecordedProgram.Run([Workload.Build("stacks")]);
        var (withStacks, _, _) = RecordedProgram.Run([Workload.Build("stacks")], new BpfRecorderOptions { TakesStacks = true });

        calls.Observations.Should().OnlyContain(seen => seen.Stack.IsEmpty);
        ExpectedCalls.Of(withStacks.Observations).Should().Equal(ExpectedCalls.Of(calls.Observations));
        withStacks.Events.Should().Be(calls.Events);
    }

    [Theory]
    [InlineData("instance void [System.Net.Sockets] System.Net.Sockets.Socket::.ctor(int32,int32)[PreJIT]", "System.Net.Sockets.Socket..ctor")]
    [InlineData("void [App] App.Server::Start()[Tier0]", "App.Server.Start")]
    [InlineData("java.lang.String java.io.File.getPath()", "java.io.File.getPath")]
    [InlineData("void App.main(java.lang.String[])", "App.main")]
    [InlineData("LazyCompile:*listen node:net:12", "LazyCompile:*listen node:net:12")]
    [InlineData("StubRoutines (1)", "StubRoutines (1)")]
    public void A_managed_method_is_named_as_in_source_and_another_name_is_kept(string written, string shown) => PerfMap.Readable(written).Should().Be(shown);

    [Fact]
    public void Of_code_that_was_replaced_the_last_name_holds()
    {
        var map = PerfMap.Parse(new StringReader("1000 10 first\nno line\n0x1000 8 second\nffffffffffffffff 1 last\n"));

        map.Find(0x1007).Should().Be("second");
        map.Find(0x100f).Should().Be("first");
        map.Find(0x1010).Should().BeNull();
        map.Find(ulong.MaxValue).Should().Be("last");
    }

    [Fact]
    public void A_file_that_is_cut_anywhere_has_names_or_none_and_does_no_harm()
    {
        HostRequirement.Require(program: "cc");
        var whole = File.ReadAllBytes(Workload.Build("stacks"));

        ElfSymbols.Read(new MemoryStream(whole)).Find(0).Should().BeNull();
        for (var cut = 0; cut < 2000; cut += 7) ElfSymbols.Read(new MemoryStream(whole, 0, cut)).Find(64).Should().BeNull();
    }

    static Observation SocketOf(RecordedCalls calls) => calls.Observations.Single(seen => Syscalls.NameOf(seen.Abi, seen.Nr) == "socket");
}
