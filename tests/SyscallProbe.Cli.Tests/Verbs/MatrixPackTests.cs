using SyscallProbe.Cli.Verbs;
using SyscallProbe.Tests;

namespace SyscallProbe.Cli.Tests.Verbs;

public sealed class MatrixPackTests
{
    [Fact]
    public void The_packed_knowledge_is_what_data_gives() =>
        MatrixPack.Pack(Repo.PathOf("data")).AsSpan().SequenceEqual(File.ReadAllBytes(Repo.PathOf(MatrixPack.ImagePath.Split('/'))))
            .Should().BeTrue("after a change of data run `syscallprobe matrix pack` and commit the file");
}
