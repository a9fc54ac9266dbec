namespace SyscallProbe.Recording;

/// <summary>Every error that running a workload can end in.</summary>
static partial class Failures
{
    public static Failure NotRoot { get; } =
        new(FailureCode.NoPermission, "running a workload in a container needs root", Fix: "run as root (sudo)");

    public static Failure NoRunc { get; } =
        new(FailureCode.MissingProgram, "runc is not installed", Fix: "install it: apt-get install runc");

    public static Failure RuncNotOnPath(string path) =>
        new(FailureCode.MissingProgram, $"runc is not on PATH, but there is '{path}'", "PATH", $"export PATH=$PATH:{Path.GetDirectoryName(path)}");

    public static Failure NoMountNamespace(string reason) =>
        new(FailureCode.NoPermission, $"cannot make a mount namespace: {reason}", Fix: "give the tool CAP_SYS_ADMIN, or run it outside of the container that it is in");

    public static Failure NoScratchLayer(string root, string reason) =>
        new(FailureCode.RecordingFailed, $"cannot put a scratch layer over '{root}': {reason}",
            Fix: "use --rootfs DIR on a file system that overlayfs accepts, or --bundle DIR, which has no scratch layer");

    public static Failure ScratchFailed(string reason) =>
        new(FailureCode.RecordingFailed, $"cannot lay out the container's files: {reason}");

    public static Failure RuncIsOurs(string path) =>
        new(FailureCode.Usage, $"'{path}' is this program itself and not the runc that it passes commands on to", "SYSCALLPROBE_RUNC", "give the path of the real runc");

    public static Failure NotExecuted(string path, Errno errno) => new(FailureCode.MissingProgram, $"cannot execute '{path}': {errno.Name}", "SYSCALLPROBE_RUNC", "give the path of the real runc");

    public static Failure StateFolder(string path, string reason) =>
        new(FailureCode.RecordingFailed, $"cannot use the state folder: {reason}", path);

    public static Failure Runc(string verb, string said) =>
        new(FailureCode.RecordingFailed, $"{verb} failed: {Cut(said)}");

    public static Failure NoPlatform(string runsc, string said) =>
        new(FailureCode.MissingProgram, $"'{Cut(runsc)}' runs no container here, on no platform: {Cut(said)}", "--runsc", "see that `runsc --network=none --ignore-cgroups do true` works");

    public static Failure NoSandboxLog(string folder) => new(FailureCode.RecordingFailed, "runsc wrote no log of the sandbox", folder);

    public static Failure CommandNotFound(string command) =>
        new(FailureCode.RecordingFailed, $"'{Cut(command)}' is not in the container, or may not be executed", "COMMAND", "give a path, or a name that the container's PATH leads to");

    public static Failure CommandNotExecuted(string command) =>
        new(FailureCode.RecordingFailed, $"'{Cut(command)}' could not be executed: its format or its interpreter is not known in the container", "COMMAND");

    public static Failure CommandFailed(string command, string reason) =>
        new(FailureCode.RecordingFailed, $"'{Cut(command)}' could not be executed: {reason}", "COMMAND");

    public static Failure NeedsContainer(string option, string why) =>
        new(FailureCode.NoPermission, $"{option} needs a container, which cannot be made here: {why}", option, "run as root (sudo), or allow user namespaces");

    public static Failure Interrupted { get; } = new(FailureCode.RecordingFailed, "interrupted before the workload was started");

    public static Failure NoCompiler { get; } =
        new(FailureCode.MissingProgram, "the probe is made by the machine's C compiler, and there is no cc on PATH", Fix: "install it: apt-get install gcc libc6-dev");

    public static Failure NoProbe(string said) =>
        new(FailureCode.MissingProgram, $"cc cannot make the probe: {Cut(said)}", Fix: "it needs a C library to link statically and the kernel's headers: apt-get install libc6-dev linux-libc-dev");

    public static Failure ProbeNotRun(string runtime, string said) =>
        new(FailureCode.RecordingFailed, $"the probe did not run under '{runtime}': {Cut(said)}");

    public static Failure NoCommand { get; } = new(FailureCode.Usage, "no command to run", Fix: "put it behind --, as in: syscallprobe check -- ls -l");

    public static Failure NulInArgument(string what) => new(FailureCode.Usage, $"{what} holds a NUL character, which no program can be given");

    public static Failure NotWithBundle(string option) =>
        new(FailureCode.Usage, $"{option} cannot be given with --bundle: a bundle is run as its config.json says", option, "change the bundle's config.json");

    public static Failure NoTerminal { get; } = new(FailureCode.RecordingFailed, "runc sent no terminal for the bundle's process.terminal");

    public static Failure NoDirectory(string option, string path) => new(FailureCode.Usage, $"'{path}' is not a folder", option, "name a folder that exists");

    public static Failure NoImage(string path) => new(FailureCode.Usage, $"'{path}' does not exist", "--image", "name an archive of docker save or podman save, or an OCI image layout");

    public static Failure BadImage(string path, string reason) =>
        new(FailureCode.BadInput, $"cannot use the image: {reason}", path, "give an archive of docker save or podman save, or an OCI image layout");

    public static Failure BadLayer(string path, string entry, string reason) =>
        new(FailureCode.BadInput, $"cannot unpack the image: {Cut(reason)}", $"{path}: {Cut(entry)}", "save the image anew");

    public static Failure ZstdImage(string path) =>
        new(FailureCode.BadInput, "the image is compressed with zstd, which cannot be read", path, "save it with gzip, or use podman save --format docker-archive");

    public static Failure ImageOfOtherMachine(string path, IEnumerable<string> found, string architecture) =>
        new(FailureCode.BadInput, $"the image is for {(string.Join(", ", found.Select(Cut)) is { Length: > 0 } machines ? machines : "no machine")}, and this machine is linux/{architecture}", path, $"save the image for linux/{architecture}");

    public static Failure SeveralImages(string path, IReadOnlyList<string> names) =>
        new(FailureCode.BadInput, $"expected one image, found {names.Count}{(names.Count == 0 ? "" : ": " + Cut(string.Join(", ", names)))}", path, "save one image alone");

    public static Failure NoCurrentDirectory(string reason) =>
        new(FailureCode.RecordingFailed, $"the working directory cannot be used: {reason}", Fix: "start the tool in another one, or give --workdir");

    public static Failure WorkingDirectory(string path) => new(FailureCode.Usage, $"the working directory must be absolute, found '{path}'", "--workdir");

    public static Failure Variable(string name) =>
        new(FailureCode.Usage, $"expected NAME=VALUE with a name that is not empty and has no '=', found '{Cut(name)}'", "--env");

    public static Failure NoStdinFile(string path, string reason) => new(FailureCode.Usage, $"cannot read '{path}': {reason}", "--stdin");

    public static Failure BadBundle(string path, string reason) => new(FailureCode.BadInput, $"not an OCI bundle: {reason}", path, "runc spec makes a config.json to start from");

    public static Failure MountForm(string text) => new(FailureCode.Usage, $"expected SRC:DST[:ro|:rw] with an absolute DST below /, found '{Cut(text)}'", "--mount");

    public static Failure NoMountSource(string text, string source) => new(FailureCode.Usage, $"'{source}' does not exist", $"--mount {text}");

    public static Failure OpenQuote(string text, string where, string reason) => new(FailureCode.Usage, $"{reason}: '{Cut(text)}'", where);

    public static Failure UnknownUser(string text, string reason) =>
        new(FailureCode.Usage, $"unknown user '{Cut(text)}': {reason}", "--user", "give numbers, uid:gid, or a name of the container's /etc/passwd");

    public static Failure CapabilityNotHeld(string name) =>
        new(FailureCode.NoPermission, $"cannot give the container {name}: the tool itself does not have it", Fix: $"--cap-drop {name["CAP_".Length..]}, or run the tool with more capabilities");

    public static Failure UnknownCapability(string text, string option, IEnumerable<string> known) =>
        new(FailureCode.Usage, $"unknown capability '{Cut(text)}'", option, $"one of ALL, {string.Join(", ", known.Select(name => name["CAP_".Length..]))}");

    /// <summary>Shortens foreign text to what fits an error, on one line and without control characters.</summary>
    internal static string Cut(string text)
    {
        const int longest = 300;
        var line = string.Concat(text.Trim().ReplaceLineEndings(" ").Select(c => char.IsControl(c) ? '?' : c));
        return line.Length <= longest ? line : $"{line[..longest]}... ({line.Length} characters)";
    }
}
