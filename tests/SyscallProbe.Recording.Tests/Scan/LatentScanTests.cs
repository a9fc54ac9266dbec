using System.Diagnostics;
using SyscallProbe.Recording.Engines;
using SyscallProbe.Recording.Scan;
using SyscallProbe.Recording.Tests.Workloads;
using SyscallProbe.Tests;
using SyscallProbe.Traces;

namespace SyscallProbe.Recording.Tests.Scan;

/// <summary>What is said of programs that a compiler has made.</summary>
public sealed class LatentScanTests : IDisposable
{
    // None of it is ever called.
    const string Program = """
        #define _GNU_SOURCE
        #include <sys/mman.h>
        #include <sys/syscall.h>
        #include <unistd.h>
        int main(int argc, char **argv)
        {
            if (argc < 100) return 0;
            syscall(SYS_kcmp, getpid(), getpid(), 0, 0, 0);
            memfd_create(argv[0], 0);
            long result;
            __asm__ volatile("syscall" : "=a"(result) : "0"(SYS_swapoff), "D"(argv[0]) : "rcx", "r11", "memory");
            return result;
        }
        """;

    const string Library = """
        #include <sys/syscall.h>
        #include <unistd.h>
        static long call(long number) { long result; __asm__ volatile("syscall" : "=a"(result) : "0"(number) : "rcx", "r11", "memory"); return result; }
        __attribute__((noinline)) static long inside(void) { return call(SYS_acct); }
        long taken(void) { return call(SYS_swapon) + inside(); }
        long left(void) { return call(SYS_reboot); }
        """;

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("-static")]
    [InlineData("-no-pie")]
    [InlineData("-fno-plt")]
    [InlineData("-O0")]
    public void Calls_by_libc_by_its_syscall_function_and_by_instruction_are_a_programs_own(string flags)
    {
        var program = Compile("program", Program, [.. flags.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

        using var scan = new CodeScan(new WorkloadSource.HostRoot());
        var result = scan.Run([program]);

        foreach (var name in (string[])["kcmp", "memfd_create", "swapoff"])
        {
            result.Calls.Should().ContainSingle(call => call.Nr == Number(name), name).Which.Files.Should().Equal(program);
        }
        result.Mappings.Should().ContainKey(program).WhoseValue.Should().BeTrue();
        result.Mappings.Keys.Any(path => path.Contains("/libc.so")).Should().Be(flags != "-static");
    }

    // libc has these functions and nobody takes them.
    [Fact]
    public void What_only_the_C_library_has_is_not_counted()
    {
        using var scan = new CodeScan(new WorkloadSource.HostRoot());

        var calls = scan.Run([Compile("plain", "int main(void) { return 0; }")]).Calls;

        calls.Select(call => Syscalls.NameOf(call.Abi, call.Nr)).Should().NotContain(["swapon", "memfd_create", "init_module", "kcmp", "fanotify_init"]);
        calls.Length.Should().BeLessThan(10);
    }

    [Fact]
    public void A_library_has_the_calls_of_the_functions_that_are_taken_and_of_those_that_nobody_can_take()
    {
        var library = Compile("libone.so", Library, "-shared", "-fPIC");
        var program = Compile("user", "long taken(void); int main(int c, char **v) { return c > 100 ? taken() : 0; }", library);

        var calls = LatentScan.CallsOf([CodeFile.Scanned(program), CodeFile.Scanned(library)]);

        calls.Should().ContainSingle(call => call.Nr == Number("swapon")).Which.Files.Should().Equal(library);
        calls.Should().Contain(call => call.Nr == Number("acct")).And.NotContain(call => call.Nr == Number("reboot"));
    }

    [Fact]
    public void Libraries_are_looked_for_in_the_folders_that_a_program_names()
    {
        var library = Compile("libown.so", Library, "-shared", "-fPIC");
        var program = Compile("owner", "long taken(void); int main(int c, char **v) { return c > 100 ? taken() : 0; }", "-L", _folder.Path, "-lown", "-Wl,-rpath,$ORIGIN");

        using var scan = new CodeScan(new WorkloadSource.HostRoot());

        scan.Run([program]).Mappings.Keys.Should().Contain(library);
    }

    [Fact]
    public void Paths_are_those_of_the_workload_and_nothing_outside_of_its_root_is_read()
    {
        var program = Compile("static", Program, "-static");
        Directory.CreateDirectory(Path.Combine(_folder.Path, "root/bin"));
        File.Copy(program, Path.Combine(_folder.Path, "root/bin/real"));
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "root/bin/link"), "/bin/real");
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "root/bin/out"), "../../../../../../.." + program);
        using var scan = new CodeScan(new WorkloadSource.Rootfs(Path.Combine(_folder.Path, "root")));

        scan.Run(["/bin/link", "/bin/out", "relative", "[unknown]"]).Mappings.Keys.Should().Equal("/bin/real");
    }

    static Nr Number(string name) => Syscalls.NrOf(Abi.Amd64, name)!.Value;

    string Compile(string name, string source, params string[] flags)
    {
        HostRequirement.Require(program: "cc", amd64: true);
        var (path, text) = (Path.Combine(_folder.Path, name), Path.Combine(_folder.Path, name + ".c"));
        File.WriteAllText(text, source);
        using var compiler = Process.Start("cc", ["-O1", "-o", path, text, .. flags]);
        compiler.WaitForExit();
        compiler.ExitCode.Should().Be(0);
        return path;
    }
}
