using SyscallProbe.Cli.Options;

namespace SyscallProbe.Cli.Verbs;

/// <summary><c>runtime</c>: runc's own command line. The work is <see cref="Flows.RuntimeFlow"/>'s, which is asked before options are read.</summary>
sealed class RuntimeVerb : Verb
{
    public override string Name => "runtime";

    public override string Summary => "runc for engines, recording what it runs";

    public override string Details =>
        "Passes every command on to the real runc, as it is, and records each container from its first instruction on: for podman --runtime, as a runtime of Docker, or as BinaryName of containerd. "
        + "Engines take the path of a program, so this one does the same when it is started under a name that ends in -runtime: link syscallprobe-runtime to it.\n\n"
        + "When the container ends its trace is in the folder of SYSCALLPROBE_TRACES, with what `exec` ran in it; `trace merge` puts many together. A recorder of its own, in a control group of its own, "
        + "does that for each container, so that an engine can stop. Killing it leaves the container as it is, and a container that cannot be recorded runs all the same: its trace says why.\n\n"
        + "Settings are variables, or lines NAME=VALUE of a file, as engines pass few variables on: the program's own name with .env behind it, in the same folder, or /etc/syscallprobe/runtime.env.";

    public override IReadOnlyList<string> Examples => ["runtime create --bundle ./bundle web", "runtime start web"];

    public override IReadOnlyList<OptionSpec> Options => [OptionTable.Runc, OptionTable.Traces];

    public override ArgumentSpec Argument => new("RUNC-WORD", 0, int.MaxValue, "a command of runc with its flags, passed on as it is") { MayBeOptions = true };

    // Reached only by a command line that begins with an option of ours: anything else is runc's.
    public override ExitCode Run(Settings settings, CliHost host) =>
        throw new FailureException(new Failure(FailureCode.Usage, "nothing to pass on to runc", Fix: "syscallprobe runtime create --bundle DIR ID"));
}
