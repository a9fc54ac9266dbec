using SyscallProbe.Cli.Options;

namespace SyscallProbe.Cli.Verbs;

/// <summary><c>matrix import</c>.</summary>
sealed class MatrixImportVerb : Verb
{
    public override string Name => "matrix import";

    public override string Summary => "take in gVisor's own syscall tables";

    public override string Details =>
        "With --gvisor-repo: reads the tables of every release from gVisor's source history and writes data/gvisor/; run it at the root of a checkout, look at the diff, then run "
        + "`syscallprobe matrix pack`. The same tags give the same bytes. A construct that is not understood stops it with file, line and tag, and nothing is written.";

    public override IReadOnlyList<string> Examples => ["matrix import --gvisor-repo gvisor.git"];

    public override IReadOnlyList<OptionSpec> Options => [OptionTable.GvisorRepo];

    public override ExitCode Run(Settings settings, CliHost host)
    {
        if (!settings.TryGet(OptionTable.GvisorRepo, out var repository))
            throw new FailureException(new Failure(FailureCode.Usage, "nothing to import from", Fix: "give --gvisor-repo DIR"));
        var data = Path.Combine(host.WorkingDirectory, "data");
        if (!Directory.Exists(data))
            throw new FailureException(new Failure(FailureCode.BadInput, "no folder 'data' to write to", host.WorkingDirectory, "run it at the root of a checkout"));
        MatrixImport.FromRepository(Path.GetFullPath(repository, host.WorkingDirectory), data, host.Out);
        return ExitCode.Compatible;
    }
}
