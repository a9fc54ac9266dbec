using System.Text;

namespace SyscallProbe.Guest.Upstream;

/// <summary>The part of Kata's <c>build-kernel.sh</c> that picks configuration fragments, made runnable by itself.</summary>
/// <remarks>
/// Which fragments make a guest's kernel is decided by the function <c>get_kernel_frag_path</c> of the release's own script, and it has changed
/// over twenty times. So the importer does not repeat its logic: it runs that function, with the variables that the script's options set.
/// </remarks>
public static class BuildScript
{
    public const string Path = "tools/packaging/kernel/build-kernel.sh";

    /// <summary>The folder of the fragments, with the white lists.</summary>
    public const string ConfigsPath = "tools/packaging/kernel/configs";

    const string Function = "get_kernel_frag_path()";

    /// <summary>The function's text, or null when the script has none.</summary>
    public static string? FunctionIn(ReadOnlySpan<byte> script)
    {
        var text = new StringBuilder();
        var inside = false;
        foreach (var line in Encoding.UTF8.GetString(script).Split('\n'))
        {
            inside |= line.StartsWith(Function, StringComparison.Ordinal);
            if (!inside) continue;
            text.Append(line).Append('\n');
            if (line == "}") return text.ToString();
        }
        return null;
    }

    /// <summary>The variables that the script's options set, by name. What an option meant has differed by release, so each sets all of its meanings.</summary>
    /// <param name="flags">Options as <c>data/kata/variants.csv</c> has them: <c>-x -m -g nvidia</c>.</param>
    /// <exception cref="FailureException">An option is not one of those.</exception>
    public static IReadOnlyDictionary<string, string> Variables(string flags)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["build_type"] = "", ["conf_guest"] = "", ["gpu_vendor"] = "", ["dpu_vendor"] = "", ["measured_rootfs"] = "false",
            ["experimental_kernel"] = "false", ["skip_config_checks"] = "true", ["force_setup_generate_config"] = "false",
            ["MEASURED_ROOTFS"] = "no", ["KBUILD_SIGN_PIN"] = "", ["KERNEL_DEBUG_ENABLED"] = "no", ["kernel_version"] = "",
        };
        var words = flags.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < words.Length; i++)
        {
            var argument = i + 1 < words.Length && !words[i + 1].StartsWith('-') ? words[i + 1] : null;
            switch (words[i])
            {
                case "-x": variables["conf_guest"] = argument ?? "confidential"; break;
                case "-g": variables["gpu_vendor"] = argument ?? ""; break;
                case "-e":
                    variables["build_type"] = "experimental";
                    variables["experimental_kernel"] = "true";
                    break;
                case "-t" when argument == "dragonball": variables["build_type"] = "dragonball-experimental"; break;
                case "-m":
                    variables["measured_rootfs"] = "true";
                    variables["MEASURED_ROOTFS"] = "yes";
                    break;
                default:
                    throw new FailureException(new Failure(FailureCode.BadInput, $"the option '{words[i]}' of build-kernel.sh is not known", $"flags '{flags}'"));
            }
            if (argument is not null) i++;
        }
        return variables;
    }

    /// <summary>A bash program that runs the function and prints the path of the <c>.config</c> on its last line.</summary>
    /// <remarks>Its environment has <c>configs</c>, <c>kernel_path</c>, <c>arch_target</c> and the variables of <see cref="Variables"/>.</remarks>
    public static string Program(string function) =>
        """
        info() { :; }
        warn() { :; }
        # Errors about options that a series does not have: the options are not set then, which is what is asked.
        die() { echo "$*" >&2; }
        script_dir=${configs%/configs}
        default_kernel_config_dir=$configs
        default_config_frags_dir=$configs/fragments
        default_config_whitelist=$configs/fragments/whitelist.conf
        default_initramfs=$configs/initramfs

        """ + function + """
        get_kernel_frag_path "$default_config_frags_dir/$arch_target" "$kernel_path" "$arch_target"
        """ + "\n";
}
