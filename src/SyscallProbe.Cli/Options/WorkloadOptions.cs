using System.Text.RegularExpressions;
using SyscallProbe.Recording;
using SyscallProbe.Recording.Engines;

namespace SyscallProbe.Cli.Options;

/// <summary>The rows that say what runs and how it is driven.</summary>
static class WorkloadOptions
{
    public static readonly OptionSpec<string> Rootfs = new()
    {
        Long = "--rootfs", Variable = "DIR", Category = OptionCategory.Workload, Read = OptionValues.Text,
        Summary = "run in this root file system",
        Details = "Runs the command in the root file system DIR under a scratch layer: writes succeed and vanish.",
        Example = "--rootfs ./rootfs", DefaultNote = "the host's own files under a scratch layer",
    };

    public static readonly OptionSpec<string> Image = new()
    {
        Long = "--image", Variable = "FILE|DIR", Category = OptionCategory.Workload, Read = OptionValues.Text,
        Summary = "run this container image",
        Details = "Runs the image in FILE, an archive of docker save or podman save, or in DIR, an OCI image layout. It is unpacked below /var/tmp for as long as it runs, and every layer's digest is "
            + "checked. Its entry point, command, variables, user and working directory hold; words behind -- take the place of its command, and --env, --user and --workdir win.",
        Example = "--image redis.tar",
    };

    public static readonly OptionSpec<string> Bundle = new()
    {
        Long = "--bundle", Variable = "DIR", Category = OptionCategory.Workload, Read = OptionValues.Text,
        Summary = "run this OCI bundle as it is",
        Details = "Runs the OCI bundle DIR as it is, with its own command. Options that would change its config.json are refused.",
        Example = "--bundle ./bundle",
    };

    public static readonly OptionSpec<string> Container = new()
    {
        Long = "--container", Variable = "NAME", Category = OptionCategory.Workload, Read = OptionValues.Text,
        Summary = "record a container that runs, by name or id",
        Details = "Records the container NAME, a name, an id or the beginning of an id, of Docker, Podman, containerd or a CRI (crictl), which runs already: all of its processes and what is executed "
            + "in it, until it ends, --duration is over or Ctrl-C. It is never touched. What it did before is not in the trace, so that no verdict is positive.",
        Example = "--container redis",
    };

    public static readonly OptionSpec<int> Pid = new()
    {
        Long = "--pid", Variable = "N", Category = OptionCategory.Workload, Read = OptionValues.Count,
        Summary = "record a process that runs, with its children",
        Details = "Records the process N, which runs already, with all of its threads and all that descend from it, now and later, until it ends, --duration is over or Ctrl-C. It is never touched. "
            + "What it did before is not in the trace, so that no verdict is positive. An ordinary user records processes of his own by ptrace.",
        Example = "--pid 4711",
    };

    public static readonly OptionSpec<KeyValuePair<string, string?>> Env = new()
    {
        Long = "--env", Variable = "NAME=VALUE", Category = OptionCategory.Workload, Read = OptionValues.Variable, IsRepeatable = true,
        Summary = "set a variable; repeatable",
        Details = "Sets an environment variable of the workload; NAME alone passes the tool's own on.",
        Example = "--env LANG=C",
    };

    public static readonly OptionSpec<string> User = new()
    {
        Long = "--user", Variable = "USER", Category = OptionCategory.Workload, Read = OptionValues.Text,
        Summary = "run as this user, uid[:gid] or name",
        Details = "Runs the workload as this user: uid, uid:gid, or names of the container's /etc/passwd and /etc/group.",
        Example = "--user 1000:1000", DefaultNote = "root, or the image's",
    };

    public static readonly OptionSpec<string> Workdir = new()
    {
        Long = "--workdir", Variable = "DIR", Category = OptionCategory.Workload, Read = OptionValues.Text,
        Summary = "working directory of the workload",
        Details = "The absolute path, as the workload sees it, of the directory that it starts in.",
        Example = "--workdir /srv", DefaultNote = "the current one; / with --rootfs, the image's with --image",
    };

    public static readonly OptionSpec<string> Mount = new()
    {
        Long = "--mount", Variable = "SRC:DST[:ro]", Category = OptionCategory.Workload, Read = OptionValues.Text, IsRepeatable = true,
        Summary = "let it see a host file or folder as it is",
        Details = "Lets the workload see a file or folder of the host as it is, past the scratch layer; writes to it are real unless :ro is given.",
        Example = "--mount ./data:/data:ro",
    };

    public static readonly OptionSpec<WorkloadNetwork> Net = new()
    {
        Long = "--net", Variable = "NET", Category = OptionCategory.Workload, Read = OptionValues.OneOf<WorkloadNetwork>(),
        Summary = "which network it sees",
        Details = "The network that the workload sees: none is a network of its own with nothing but a loopback interface, host is the host's.",
        Example = "--net host", Default = "none", Choices = ["none", "host"],
    };

    public static readonly OptionSpec<string> CapAdd = new()
    {
        Long = "--cap-add", Variable = "CAP", Category = OptionCategory.Workload, Read = OptionValues.Text, IsRepeatable = true, SpacesSeparate = true,
        Summary = "give a capability; repeatable",
        Details = "Gives the workload a capability on top of Docker's default set: NET_ADMIN, CAP_NET_ADMIN or ALL.",
        Example = "--cap-add NET_ADMIN",
    };

    public static readonly OptionSpec<string> CapDrop = new()
    {
        Long = "--cap-drop", Variable = "CAP", Category = OptionCategory.Workload, Read = OptionValues.Text, IsRepeatable = true, SpacesSeparate = true,
        Summary = "take a capability away; repeatable",
        Details = "Takes a capability of Docker's default set away from the workload.",
        Example = "--cap-drop NET_RAW",
    };

    public static readonly OptionSpec<bool> Privileged = new()
    {
        Long = "--privileged", Category = OptionCategory.Workload, Read = OptionValues.Switch,
        Summary = "all capabilities and devices, nothing masked",
        Details = "Runs the workload as docker run --privileged does: with all capabilities and devices, and nothing masked or read-only.",
        Example = "--privileged",
    };

    public static readonly OptionSpec<string> Stdin = new()
    {
        Long = "--stdin", Variable = "FILE", Category = OptionCategory.Driving, Read = OptionValues.Text,
        Summary = "what it reads from standard input",
        Details = "Gives the workload FILE as its standard input.",
        Example = "--stdin requests.txt", DefaultNote = "the tool's own standard input",
    };

    public static readonly OptionSpec<string> Health = new()
    {
        Long = "--health", Variable = "CMD", Category = OptionCategory.Driving, Read = OptionValues.Text,
        Summary = "check that it works; then end it",
        Details = "Runs CMD inside the container every 500 ms until it exits with 0; anything else means not yet. CMD is split by POSIX quoting, no shell is involved. "
            + "Once healthy, and after --duration where given, the workload gets SIGTERM and 10 s later SIGKILL. What CMD itself calls is not recorded.",
        Example = "--health 'redis-cli ping'",
    };

    public static readonly OptionSpec<TimeSpan> HealthTimeout = new()
    {
        Long = "--health-timeout", Variable = "TIME", Category = OptionCategory.Driving, Read = OptionValues.Duration,
        Summary = "how long it may take to become healthy",
        Details = "How long from the start it may take until the health check passes; after that the workload counts as broken.",
        Example = "--health-timeout 2m", Default = "60s",
    };

    public static readonly OptionSpec<TimeSpan> Duration = new()
    {
        Long = "--duration", Variable = "TIME", Category = OptionCategory.Driving, Read = OptionValues.Duration,
        Summary = "how long to let it run",
        Details = "How long to let the workload run before it is told to end: from healthy where there is a health check, else from the start.",
        Example = "--duration 30s", DefaultNote = "until it ends by itself or Ctrl-C; with --health until healthy",
    };

    public static readonly OptionSpec<Regex> Expect = new()
    {
        Long = "--expect", Variable = "REGEX", Category = OptionCategory.Driving, Read = OptionValues.Expression,
        Summary = "what its output must match",
        Details = "The workload counts as working only if its output or error output matches this regular expression somewhere.",
        Example = "--expect 'listening on'",
    };

    public static readonly OptionSpec<Regex> Reject = new()
    {
        Long = "--reject", Variable = "REGEX", Category = OptionCategory.Driving, Read = OptionValues.Expression,
        Summary = "what its output must not match",
        Details = "The workload counts as broken if its output or error output matches this regular expression somewhere: for programs that go on, or skip their work, where something is refused.",
        Example = "--reject 'ERROR|skipped'",
    };

    public static readonly OptionSpec<int> Runs = new()
    {
        Long = "--runs", Variable = "N", Category = OptionCategory.Driving, Read = OptionValues.Count,
        Summary = "how often to run it",
        Details = "Runs the workload N times and merges the recordings: what happens in one run of several is seen.",
        Example = "--runs 3", Default = "1",
    };

    public static readonly OptionSpec<RecorderChoice> Recorder = new()
    {
        Long = "--recorder", Variable = "RECORDER", Category = OptionCategory.Driving, Read = OptionValues.OneOf<RecorderChoice>(),
        Summary = "recorder",
        Details = "How the workload's calls are recorded: ebpf counts them in the kernel and needs root and a kernel with BTF; ptrace stops the workload at each call, which needs no privilege and "
            + "takes some hundred times as long; ptrace-seccomp stops it only at calls whose arguments decide and lets the others run at full speed, which it does not record: its evidence is partial "
            + "and lists them, the workload can gain no privileges by set-user-ID programs, and what of it is left at its end is killed. auto is ebpf, or ptrace where that cannot be used.",
        Example = "--recorder ptrace", Default = "auto", Choices = ["auto", "ebpf", "ptrace", "ptrace-seccomp"],
    };

    public static readonly OptionSpec<bool> Stacks = new()
    {
        Long = "--stacks", Category = OptionCategory.Driving, Read = OptionValues.Switch,
        Summary = "say which functions make a call",
        Details = "Takes the call stack of each kind of call's first occurrence, in eBPF, and names its functions by ELF symbols, by the perf map that a JIT writes, "
            + "and for .NET 8 or newer and Java 17 or newer by asking the runtime for one. Node and Java get NODE_OPTIONS and JAVA_TOOL_OPTIONS for it, but not in a bundle. Needs code with frame "
            + "pointers; how many kinds go without a stack, and why, is said.",
        Example = "--stacks",
    };

    public static readonly OptionSpec<ScanMode> Scan = new()
    {
        Long = "--scan", Variable = "MODE", Category = OptionCategory.Judging, Read = OptionValues.OneOf<ScanMode>(),
        Summary = "what to do with unused calls",
        Details = "Scans the programs and libraries that the workload mapped for calls that it could make and did not: list says which of them the target would refuse, which changes no verdict; "
            + "grade takes them as a gap in the evidence, so that no verdict is positive while there are such; none makes no scan. Of a trace that is assessed the scan is in it already.",
        Example = "--scan grade", Default = "list", Choices = ["none", "list", "grade"],
    };

    public static readonly OptionSpec<bool> Rehearse = new()
    {
        Long = "--rehearse", Category = OptionCategory.Judging, Read = OptionValues.Switch,
        Summary = "run it again with the target's outcomes enforced",
        Details = "Where there is a finding, runs the workload again under runc while the kernel gives it the target's outcomes, and judges by what it does. "
            + "Where it breaks, up to 30 combinations are tried to find what breaks it.",
        Example = "--rehearse",
    };

    public static readonly OptionSpec<string> TraceOut = new()
    {
        Long = "--trace-out", Variable = "FILE", Category = OptionCategory.Output, Read = OptionValues.Text,
        Summary = "keep the trace as well",
        Details = "Writes the trace to FILE as well, for `assess`, `trace diff` and a later look.",
        Example = "--trace-out redis.trace.json",
    };

    /// <summary>Where a workload that runs already is found.</summary>
    public static IReadOnlyList<OptionSpec> Running { get; } = [Container, Pid];

    /// <summary>What makes no sense of a workload that runs already: it has been made, and its streams are somebody else's.</summary>
    public static IReadOnlyList<OptionSpec> NeedStart => [Rootfs, Image, Bundle, Env, User, Workdir, Mount, Net, CapAdd, CapDrop, Privileged, Stdin, Expect, Reject, Runs, Rehearse, Scan];

    /// <summary>What the verbs that run a workload share.</summary>
    public static IReadOnlyList<OptionSpec> Rows { get; } =
        [Rootfs, Image, Bundle, Env, User, Workdir, Mount, Net, CapAdd, CapDrop, Privileged, Stdin, Health, HealthTimeout, Duration, Expect, Reject, Runs, Recorder];
}
