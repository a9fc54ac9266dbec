using SyscallProbe.Recording.OciRuntime;

namespace SyscallProbe.Recording.Tests.OciRuntime;

public sealed class RuncCommandLineTests
{
    [Theory]
    // As conmon, containerd's shim and CRI-O start it.
    [InlineData("create --bundle /b --pid-file /p abc", "create", "abc", "/run/runc", "/b", null, false)]
    [InlineData("--root /run/containerd/runc/k8s.io --log /l/log.json --log-format json create --bundle /b --pid-file /b/init.pid --console-socket /s abc", "create", "abc", "/run/containerd/runc/k8s.io", "/b", "/l/log.json", true)]
    [InlineData("--systemd-cgroup --root=/r start abc", "start", "abc", "/r", "/w", null, false)]
    [InlineData("--debug kill --all abc 9", "kill", "abc", "/run/runc", "/w", null, false)]
    [InlineData("exec --process /p --detach --pid-file /f abc", "exec", "abc", "/run/runc", "/w", null, false)]
    [InlineData("exec -e A=B -t abc ls --root /x", "exec", "abc", "/run/runc", "/w", null, false)]
    [InlineData("run -b sub --preserve-fds 2 abc", "run", "abc", "/run/runc", "/w/sub", null, false)]
    [InlineData("delete --force -- abc", "delete", "abc", "/run/runc", "/w", null, false)]
    [InlineData("--version", "", "", "/run/runc", "/w", null, false)]
    [InlineData("--root", "", "", "/run/runc", "/w", null, false)]
    [InlineData("list", "list", "", "/run/runc", "/w", null, false)]
    public void Finds_what_the_command_is_about(string line, string command, string id, string root, string bundle, string? log, bool isJson) =>
        RuncCommandLine.Parse(line.Split(' '), "/w").Should().Be(new RuncCommandLine(command, id, root, bundle, log, isJson));

    [Theory]
    [InlineData("a-b_c.d+9", true)]
    [InlineData("", false)]
    [InlineData(".", false)]
    [InlineData("..", false)]
    [InlineData("../x", false)]
    [InlineData("ä", false)]
    public void An_id_is_a_file_name(string word, bool isId) => ContainerFolder.IsId(word).Should().Be(isId);
}
