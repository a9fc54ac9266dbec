using SyscallProbe.Cli.Output;
using SyscallProbe.Cli.Verbs;
using SyscallProbe.Recommend;

namespace SyscallProbe.Cli.Options;

/// <summary>Every option there is, a row each. What a row says is all that parsing, help and documentation know.</summary>
/// <remarks>A verb names its rows in <see cref="Verb.Options"/>; those of <see cref="Common"/> belong to every verb.</remarks>
static class OptionTable
{
    public static readonly OptionSpec<string> Target = new()
    {
        Long = "--target", Variable = "TARGET", Category = OptionCategory.Target, Read = OptionValues.Text, IsRepeatable = true, SpacesSeparate = true,
        Summary = "runtime, release and flags; repeatable",
        Details = "The runtime that is judged, with its release and configuration: gvisor, gvisor@RELEASE, gvisor@RELEASE,FLAG=VALUE, kata@RELEASE,hypervisor=NAME, or runc. "
            + "Without a release it is the newest known one; flags that are not given have that release's defaults.",
        Example = "--target gvisor@release-20221219.0,net-raw=true", DefaultNote = "the newest known gVisor and Kata",
    };

    public static readonly OptionSpec<string> Arch = new()
    {
        Long = "--arch", Variable = "ARCH", Category = OptionCategory.Target, Read = OptionValues.Text,
        Summary = "architecture of the syscall numbers",
        Details = "The architecture whose syscall numbers and constants are meant.",
        Example = "--arch arm64", Default = "amd64", Choices = ["amd64", "arm64"],
    };

    public static readonly OptionSpec<string> Input = new()
    {
        Long = "--input", Variable = "FILE", Category = OptionCategory.Target, Read = OptionValues.Text,
        Summary = "read queries from a file, one a line",
        Details = "Reads queries from FILE, one a line, after those on the command line; - is standard input. Empty lines and lines that begin with # are passed over.",
        Example = "--input queries.txt",
    };

    public static readonly OptionSpec<string> Format = new()
    {
        Long = "--format", Short = "-f", Variable = "FORMAT", Category = OptionCategory.Output, Read = OptionValues.Text,
        Summary = "how the result is written",
        Details = "How the result is written. The first choice is for people at a terminal; what a program reads is kept stable. Of a report: sarif, junit, gitlab (code quality) and csv are for other tools, "
            + "markdown for a comment on a pull request, html is one page that needs nothing else, and github writes annotations of a workflow and appends the rest to the step's summary.",
        Example = "--format json", DefaultNote = "the verb's first choice",
        Choices = ["table", "json"],
    };

    public static readonly OptionSpec<string> Output = new()
    {
        Long = "--output", Short = "-o", Variable = "FILE", Category = OptionCategory.Output, Read = OptionValues.Text,
        Summary = "write the result to a file",
        Details = "Writes the result to FILE instead of standard output. The file is opened before the work begins and appears under its name only when it is whole.",
        Example = "--output report.json", DefaultNote = "standard output",
    };

    public static readonly OptionSpec<string> GvisorRepo = new()
    {
        Long = "--gvisor-repo", Variable = "DIR", Category = OptionCategory.Target, Read = OptionValues.Text,
        Summary = "read the release tags of this git directory",
        Details = "Reads every tag release-* of a git directory of google/gvisor, bare or not. Nothing is fetched and no work tree is needed.",
        Example = "--gvisor-repo gvisor.git", DefaultNote = "none; one source must be given",
    };

    public static readonly OptionSpec<string> KataRepo = new()
    {
        Long = "--kata-repo", Variable = "DIR", Category = OptionCategory.Target, Read = OptionValues.Text,
        Summary = "read the release tags of this git directory",
        Details = "Reads every tag from 2.0 on of a git directory of kata-containers/kata-containers, bare or not. Nothing is fetched and no work tree is needed.",
        Example = "--kata-repo kata.git", DefaultNote = "none; one source must be given",
    };

    public static readonly OptionSpec<string> LinuxSource = new()
    {
        Long = "--linux-source", Variable = "DIR", Category = OptionCategory.Target, Read = OptionValues.Text, IsRepeatable = true,
        Summary = "make guest configurations in this Linux source tree",
        Details = "Makes the configurations of Kata's guest kernels in this Linux source tree with its own merge_config.sh and the fragments and script of each release, which runs that script's "
            + "code and writes to the tree. Of several trees, each kernel takes the one of its series, or the nearest.",
        Example = "--linux-source linux-6.12 --linux-source linux-6.1", DefaultNote = "none; --kata-repo needs one",
    };

    public static readonly OptionSpec<string> Runsc = new()
    {
        Long = "--runsc", Variable = "FILE", Category = OptionCategory.Target, Read = OptionValues.Text,
        Summary = "the runsc binary to ask",
        Details = "The runsc binary that is asked or run.",
        Example = "--runsc /usr/bin/runsc", DefaultNote = "the first on PATH for `verify`, else none",
    };

    public static readonly OptionSpec<string> Runc = new()
    {
        Long = "--runc", Variable = "FILE", Category = OptionCategory.Target, Read = OptionValues.Text,
        Summary = "the real runc",
        Details = "The real runc. `runtime` passes every command on to it: an absolute path, given by its variable or in the settings file, as all that stands behind `runtime` is runc's. "
            + "`matrix probe` makes its calls under it as well.",
        Example = "--runc /usr/sbin/runc", DefaultNote = "the first on PATH, or where Debian has it",
    };

    public static readonly OptionSpec<string> Traces = new()
    {
        Long = "--traces", Variable = "DIR", Category = OptionCategory.Output, Read = OptionValues.Text,
        Summary = "folder of traces, by variable or file only",
        Details = "The folder that gets a trace for each container: an absolute path, made where it does not exist. It is given by its variable or in the settings file.",
        Example = "--traces /var/lib/syscallprobe/traces", Default = "/var/lib/syscallprobe/traces",
    };

    public static readonly OptionSpec<string> Trust = new()
    {
        Long = "--trust", Variable = "TRUST", Category = OptionCategory.Judging, Read = OptionValues.Text,
        Summary = "trust",
        Details = "How far the workload is trusted; the recommendation depends on it, the verdicts do not. Code of others needs a sandbox even where runc would run it.",
        Example = "--trust multi-tenant", Default = Trusts.Default, Choices = Trusts.All,
    };

    public static readonly OptionSpec<FailOn> FailOn = new()
    {
        Long = "--fail-on", Variable = "VERDICT", Category = OptionCategory.Judging, Read = OptionValues.OneOf<FailOn>(),
        Summary = "what is an error",
        Details = "The mildest verdict that gives another exit code than 0. With caveats the exit code is 3 for a verdict of caveats; incompatible is always 2, inconclusive always 4.",
        Example = "--fail-on caveats", Default = "incompatible", Choices = ["incompatible", "caveats"],
    };

    public static readonly OptionSpec<string> Policy = new()
    {
        Long = "--policy", Variable = "FILE", Category = OptionCategory.Judging, Read = OptionValues.Text,
        Summary = "targets, consequences and waivers of a team",
        Details = "A policy in YAML: targets, fail-on and trust where neither the command line nor a variable gives them, what findings of a rule mean here, and waivers, each with a rule, a statement and the day on which "
            + "it expires. A waived finding counts for no verdict; the evidence is never waived. What is in the file and not understood is an error.",
        Example = "--policy ci/syscallprobe.yaml", DefaultNote = $"{PolicyFile.DefaultName} in the working directory, where it is",
    };

    public static readonly OptionSpec<string> Baseline = new()
    {
        Long = "--baseline", Variable = "REPORT", Category = OptionCategory.Judging, Read = OptionValues.Text,
        Summary = "fail only on what is new or worse",
        Details = "An earlier report, saved with -f json. The verdicts are as without it, but the exit code is made of those findings alone that it does not have or has with a milder consequence; what was waived in it "
            + "and no longer is counts as new. Evidence that carries no verdict is inconclusive all the same. A report that cannot be read, or is of another runtime, architecture or kind of workload, is an error.",
        Example = "--baseline main.report.json", DefaultNote = "none",
    };

    public static readonly OptionSpec<bool> ShowWaived = new()
    {
        Long = "--show-waived", Category = OptionCategory.Output, Read = OptionValues.Switch,
        Summary = "list waived findings too",
        Details = "Lists the waived findings in the table as well, with the waiver's statement. Without it they are counted. The other formats have them in any case, but gitlab and github, which only count them.",
        Example = "--show-waived",
    };

    public static readonly OptionSpec<string> Pod = new()
    {
        Long = "--pod", Variable = "FILE", Category = OptionCategory.Judging, Read = OptionValues.Text,
        Summary = "judge this Kubernetes manifest too",
        Details = "A Kubernetes manifest, YAML or JSON; - is standard input. What its pods ask for beside their calls, such as host namespaces, host paths, sysctls and limits, is judged with the trace, "
            + "which is of the pod's default container unless it is given as CONTAINER=TRACE. Without a trace of every container the verdict is incompatible or inconclusive.",
        Example = "--pod deployment.yaml", DefaultNote = "none",
    };

    public static readonly OptionSpec<string> Node = new()
    {
        Long = "--node", Variable = "NAME", Category = OptionCategory.Target, Read = OptionValues.Text,
        Summary = "this machine is that node of the cluster",
        Details = "The name that `kubectl get nodes` has for this machine. It is then looked at beside the cluster's objects: whether its handlers are those of the RuntimeClasses, and its labels those that they select by.",
        Example = "--node worker-1", DefaultNote = "none: with FILE this machine is left alone",
    };

    public static readonly OptionSpec<bool> Compare = new()
    {
        Long = "--compare", Category = OptionCategory.Output, Read = OptionValues.Switch,
        Summary = "runc, gVisor and Kata side by side first",
        Details = "Puts runc, gVisor and Kata side by side before a report's table: verdict, isolation, kernel, start-up, memory, files, network and GPU, each with how it is known: measured, rehearsed, "
            + "predicted or published.",
        Example = "--compare",
    };

    public static readonly OptionSpec<string> MatrixDefects = new()
    {
        Long = "--report-matrix-defects", Variable = "FILE", Category = OptionCategory.Output, Read = OptionValues.Text,
        Summary = "write where the sandbox did otherwise",
        Details = "Writes to FILE a line of JSON for each call that the sandbox treated otherwise than predicted: call, predicted, got, release and rule.",
        Example = "--report-matrix-defects defects.jsonl",
    };

    public static readonly OptionSpec<string> Trace = new()
    {
        Long = "--trace", Variable = "TRACE", Category = OptionCategory.Target, Read = OptionValues.Text, IsRepeatable = true,
        Summary = "a workload to ask about; repeatable",
        Details = "A trace that `record` or `check --trace-out` wrote; - is standard input. What changes is then told for the calls of each of them, with its verdict before and after.",
        Example = "--trace redis.trace.json", DefaultNote = "none: the whole matrix is compared",
    };

    public static readonly OptionSpec<bool> ExitCode = new()
    {
        Long = "--exit-code", Category = OptionCategory.Judging, Read = OptionValues.Switch,
        Summary = "exit with 2 if there is a difference",
        Details = "Exits with 2 if there is a difference. Without it the exit code is 0 either way.",
        Example = "--exit-code",
    };

    public static readonly OptionSpec<bool> Check = new()
    {
        Long = "--check", Category = OptionCategory.Judging, Read = OptionValues.Switch,
        Summary = "write nothing; fail if it is not up to date",
        Details = "Writes nothing and exits with 1 if what would be written differs from what is there.",
        Example = "--check",
    };

    public static readonly OptionSpec<bool> Quiet = new()
    {
        Long = "--quiet", Short = "-q", Category = OptionCategory.General, Read = OptionValues.Switch,
        Summary = "no notes and no progress",
        Details = "Prints no notes and no progress. Warnings and errors are printed all the same, and the result is unchanged.",
        Example = "--quiet",
    };

    public static readonly OptionSpec<bool> NoColor = new()
    {
        Long = "--no-color", Category = OptionCategory.General, Read = OptionValues.Switch,
        Summary = "no colour, also on a terminal",
        Details = "Prints without colour. Without it there is colour only on a terminal, and none where the variable NO_COLOR is set and not empty.",
        Example = "--no-color",
    };

    public static readonly OptionSpec<bool> Debug = new()
    {
        Long = "--debug", Category = OptionCategory.General, Read = OptionValues.Switch,
        Summary = "say where settings and errors come from",
        Details = "Prints each setting with where it came from, and the stack trace of an error, to standard error.",
        Example = "--debug",
    };

    public static readonly OptionSpec<bool> ShortHelp = new()
    {
        Long = "-h", Category = OptionCategory.General, Read = OptionValues.Switch, HasEnvironment = false,
        Summary = "help on one screen",
        Details = "Prints the options with a line each.",
        Example = "-h",
    };

    public static readonly OptionSpec<bool> Help = new()
    {
        Long = "--help", Category = OptionCategory.General, Read = OptionValues.Switch, HasEnvironment = false,
        Summary = "help in full sentences",
        Details = "Prints the options in full sentences, each with its default, its variable and an example.",
        Example = "--help",
    };

    public static readonly OptionSpec<bool> Version = new()
    {
        Long = "--version", Category = OptionCategory.General, Read = OptionValues.Switch, HasEnvironment = false,
        Summary = "the version",
        Details = "Prints the version.",
        Example = "--version",
    };

    /// <summary>All rows in the order of help within their category.</summary>
    public static IReadOnlyList<OptionSpec> All { get; } =
        [
            Target, Node, Arch, .. ManifestOptions.Rows, Input, Trace, GvisorRepo, Runsc, Runc, KataRepo, LinuxSource, .. WorkloadOptions.Running, .. WorkloadOptions.Rows, WorkloadOptions.Stacks, WorkloadOptions.Rehearse, WorkloadOptions.Scan, Pod, Policy, Baseline, Trust, FailOn, ExitCode, Check, Format, Output, Compare, ShowWaived, WorkloadOptions.TraceOut, MatrixDefects, Traces,
            Quiet, NoColor, Debug, ShortHelp, Help, Version,
        ];

    /// <summary>What every verb has.</summary>
    public static IReadOnlyList<OptionSpec> Common { get; } = [Quiet, NoColor, Debug, ShortHelp, Help];

    /// <summary>What stands before any verb.</summary>
    public static IReadOnlyList<OptionSpec> Root { get; } = [ShortHelp, Help, Version];

    /// <summary>All rows of a verb, in the order of <see cref="All"/>.</summary>
    public static IReadOnlyList<OptionSpec> Of(Verb verb) => [.. All.Where(row => verb.Options.Contains(row) || Common.Contains(row))];

    /// <summary>The values allowed: the formats differ by verb.</summary>
    public static IReadOnlyList<string> ChoicesOf(OptionSpec row, Verb verb) => row == Format ? verb.Formats : row.Choices;

    /// <summary>The value without the option, or null where there is none.</summary>
    public static string? DefaultOf(OptionSpec row, Verb verb) => row == Format ? verb.Formats[0] : row.Default;
}
