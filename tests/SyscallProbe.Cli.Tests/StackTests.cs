using System.Diagnostics;
using System.Text.Json;
using SyscallProbe.Cli.Tests.Verbs;
using SyscallProbe.Tests;

namespace SyscallProbe.Cli.Tests;

/// <summary>Whether functions of runtimes that compile as they run are named on a call's stack.</summary>
[Collection<CheckTests>]
public sealed class StackTests
{
    [Fact]
    public void A_call_of_node_names_the_JavaScript_functions_that_lead_to_it()
    {
        HostRequirement.Require(root: true, programs: ["runc", "node", "ldd"], btf: true, amd64: true);
        Assert.SkipWhen(Output("ldd", HostRequirement.PathOf("node")!).Contains("libuv", StringComparison.Ordinal), "node calls by a shared libuv, which Debian builds without frame pointers");
        using var folder = new TemporaryFolder();
        File.WriteAllText(Path.Combine(folder.Path, "app.js"), """
            const net = require('net');
            function startServer() { const server = net.createServer(() => {}); server.listen(0, '127.0.0.1', () => setTimeout(() => server.close(), 2000)); }
            startServer();
            """);

        var stack = StackOf("socket", "family", folder, "node", "/srv/app.js");

        stack.Should().Contain(frame => frame.StartsWith("JS:", StringComparison.Ordinal) && frame.Contains("createServerHandle", StringComparison.Ordinal));
    }

    [Fact]
    public void A_call_of_a_JVM_names_the_compiled_methods_and_says_where_the_interpreter_runs()
    {
        HostRequirement.Require(root: true, programs: ["runc", "java", "javac"], btf: true, amd64: true);
        using var folder = new TemporaryFolder();
        var source = Path.Combine(folder.Path, "App.java");
        File.WriteAllText(source, """
            public class App {
                public static void main(String[] arguments) throws Exception { new java.net.ServerSocket(0).close(); Thread.sleep(2000); }
            }
            """);
        Output("javac", "-d", folder.Path, source);

        // The JVM's own listener is of another family.
        var stack = StackOf("bind", "sa_family", folder, "--env", "JAVA_TOOL_OPTIONS=-Xcomp -XX:TieredStopAtLevel=1 -XX:CompileCommand=quiet -XX:CompileCommand=compileonly,App::*", "java", "-cp", "/srv", "App");

        stack.Should().Contain("App.main").And.Contain("Interpreter");
    }

    static string[] StackOf(string syscall, string familyKey, TemporaryFolder folder, params string[] command)
    {
        var options = command.TakeWhile(word => word is "--env" || word.StartsWith("JAVA_", StringComparison.Ordinal)).ToArray();
        var trace = Path.Combine(folder.Path, "trace.json");
        var (exit, _, error) = CheckTests.Run(["record", "--stacks", .. options, "--mount", folder.Path + ":/srv:ro", "-o", trace, "--", .. command[options.Length..]]);
        exit.Should().Be(0, error);
        error.Should().Contain("as --stacks gives them NODE_OPTIONS and JAVA_TOOL_OPTIONS");
        using var recorded = JsonDocument.Parse(File.ReadAllText(trace));
        var call = recorded.RootElement.GetProperty("observations").EnumerateArray().First(call => call.GetProperty("syscall").GetString() == syscall
            && call.GetProperty("arguments").GetProperty(familyKey).GetString()!.StartsWith("AF_INET", StringComparison.Ordinal));
        return [.. call.GetProperty("stack").EnumerateArray().Select(frame => frame.GetString()!)];
    }

    static string Output(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.Should().Be(0);
        return output;
    }
}
