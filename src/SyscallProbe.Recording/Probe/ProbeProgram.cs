using SyscallProbe.Recording.Host;

namespace SyscallProbe.Recording.Probe;

/// <summary>The program that makes the calls: its source is in this assembly, the machine's C compiler makes it.</summary>
static class ProbeProgram
{
    static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);

    /// <summary>Compiles it, statically linked, in some tenths of a second.</summary>
    /// <param name="path">The file to make; its folder is there.</param>
    /// <exception cref="FailureException">There is no C compiler, or no C library to link with.</exception>
    public static void Compile(string path)
    {
        var source = path + ".c";
        using (var resource = typeof(ProbeProgram).Assembly.GetManifestResourceStream("SyscallProbe.probe.c")!)
        using (var file = File.Create(source)) resource.CopyTo(file);
        try
        {
            var cc = ProgramRun.Of("cc", ["-O1", "-static", "-o", path, source], s_limit) ?? throw new FailureException(Failures.NoProbe($"cc did not end within {s_limit.TotalSeconds} s"));
            if (cc.ExitCode != 0) throw new FailureException(Failures.NoProbe(cc.Errors + cc.OutputText));
        }
        catch (System.ComponentModel.Win32Exception wrong)
        {
            throw new FailureException(Failures.NoCompiler, wrong);
        }
        finally
        {
            File.Delete(source);
        }
    }
}
