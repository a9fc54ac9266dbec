using System.Diagnostics;
using System.Globalization;
using System.Text;
using SyscallProbe.Guest;
using SyscallProbe.Guest.Upstream;

namespace SyscallProbe.Cli.Upstream;

/// <summary>A Linux source tree in which configurations are made. Its own <c>scripts/kconfig/merge_config.sh</c> does the work, so the tree is written to.</summary>
sealed class LinuxTree
{
    const string CrossCompiler = "aarch64-linux-gnu-";

    readonly string _path;

    /// <exception cref="FailureException">There is no Linux source at that path.</exception>
    public LinuxTree(string path)
    {
        _path = path;
        var makefile = Path.Combine(path, "Makefile");
        if (!File.Exists(Path.Combine(path, "scripts/kconfig/merge_config.sh")) || !File.Exists(makefile))
            throw new FailureException(new Failure(FailureCode.BadInput, "no Linux source tree", path, "unpack one, for example Debian's linux-source-6.12"));
        Version = new KernelVersion(Number(makefile, "VERSION"), Number(makefile, "PATCHLEVEL"));
    }

    public KernelVersion Version { get; }

    /// <summary>Makes the configuration of a guest's kernel: <c>allnoconfig</c> with the fragments that the release's own script picks.</summary>
    /// <param name="configs">A folder with the release's <c>tools/packaging/kernel/configs</c>; it may be written to.</param>
    /// <param name="function">See <see cref="BuildScript.FunctionIn"/>.</param>
    /// <param name="flags">The options of <c>build-kernel.sh</c>.</param>
    /// <exception cref="FailureException">A program is missing, or no configuration came out.</exception>
    public IReadOnlyDictionary<string, string> Config(string configs, string function, string flags, Abi arch)
    {
        var start = new ProcessStartInfo("bash", ["-c", BuildScript.Program(function)]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var (name, value) in BuildScript.Variables(flags)) start.Environment[name] = value;
        start.Environment["configs"] = configs;
        start.Environment["kernel_path"] = _path;
        start.Environment["arch_target"] = arch == Abi.Arm64 ? "arm64" : "x86_64";
        // Kconfig asks the compiler what it can do, so it must be one of the guest's architecture.
        start.Environment["CROSS_COMPILE"] = arch == Abi.Arm64 ? CrossCompiler : "";
        start.Environment.Remove("KCONFIG_CONFIG");
        using var bash = Process.Start(start)!;
        bash.StandardInput.Close();
        var errors = new StringBuilder();
        bash.ErrorDataReceived += (_, line) => errors.AppendLine(line.Data);
        bash.BeginErrorReadLine();
        var output = bash.StandardOutput.ReadToEnd();
        bash.WaitForExit();
        var config = output.TrimEnd().Split('\n')[^1];
        if (!File.Exists(config)) throw Failed(errors.ToString(), flags);
        var result = KernelConfig.Parse(File.ReadAllBytes(config));
        File.Delete(config); // so that a later failure cannot be taken for a result
        return result.Count > 0 ? result : throw Failed(errors.ToString(), flags);
    }

    FailureException Failed(string errors, string flags) => new(new Failure(FailureCode.BadInput,
        $"merge_config.sh made no configuration in {_path} (options '{flags}')", string.Join("\n      ", errors.TrimEnd().Split('\n').TakeLast(8)),
        $"it needs make, gcc, flex, bison, envsubst (gettext-base) and, for arm64, {CrossCompiler}gcc (gcc-aarch64-linux-gnu)"));

    static int Number(string makefile, string variable)
    {
        var line = File.ReadLines(makefile).FirstOrDefault(line => line.StartsWith(variable + " =", StringComparison.Ordinal));
        return line is not null && int.TryParse(line[(variable.Length + 2)..], NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FailureException(new Failure(FailureCode.BadInput, $"no line '{variable} = N'", makefile));
    }
}
