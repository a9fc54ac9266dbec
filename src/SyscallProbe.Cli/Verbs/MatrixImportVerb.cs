using SyscallProbe.Cli.Options;
using SyscallProbe.Cli.Output;

namespace SyscallProbe.Cli.Verbs;

/// <summary><c>matrix import</c>.</summary>
sealed class MatrixImportVerb : Verb
{
    public override string Name => "matrix import";

    public override string Summary => "take in gVisor's own syscall tables";

    public override string Details =>
        "With --gvisor-repo: reads the tables of every release from gVisor's source history and writes data/gvisor/; run it at the root of a checkout, look at the diff, then run "
        + "`syscallprobe matrix pack`. The same tags give the same bytes. A construct that is not understood stops it with file, line and tag, and nothing is written.\n\n"
        + "With --runsc: asks a runsc binary for its own table and prints it as a target of its own, in the form of `syscallprobe matrix show -f csv`. That is the table as compiled.\n\n"
        + "With --kata-repo: reads the guest kernels of every release from Kata's source history, makes their configurations in the trees of --linux-source, and writes data/kata/.";

    public override IReadOnlyList<string> Examples => ["matrix import --gvisor-repo gvisor.git", "matrix import --runsc /usr/bin/runsc --output custom.csv", "matrix import --kata-repo kata.git --linux-source linux-6.12"];

    public override IReadOnlyList<OptionSpec> Options => [OptionTable.GvisorRepo, OptionTable.Runsc, OptionTable.KataRepo, OptionTable.LinuxSource, OptionTable.Output];

    public override ExitCode Run(Settings settings, CliHost host)
    {
        var hasRepository = settings.TryGet(OptionTable.GvisorRepo, out var repository);
        var hasRunsc = settings.TryGet(OptionTable.Runsc, out var runsc);
        var hasKata = settings.TryGet(OptionTable.KataRepo, out var kata);
        if (new[] { hasRepository, hasRunsc, hasKata }.Count(isGiven => isGiven) is not 1 and var count)
        {
            throw new FailureException(new Failure(FailureCode.Usage, count == 0 ? "nothing to import from" : $"{(count == 2 ? "two" : "three")} sources to import from",
                Fix: "give one of --gvisor-repo DIR, --runsc FILE and --kata-repo DIR"));
        }
        using var result = ResultFile.Open(settings, host);
        if (runsc is not null)
        {
            result.Writer.Write(MatrixImport.FromRunsc(PathOf(runsc, host)).ToString());
        }
        else
        {
            var data = Path.Combine(host.WorkingDirectory, "data");
            if (!Directory.Exists(data))
                throw new FailureException(new Failure(FailureCode.BadInput, "no folder 'data' to write to", host.WorkingDirectory, "run it at the root of a checkout"));
            if (hasRepository) MatrixImport.FromRepository(Path.GetFullPath(repository!, host.WorkingDirectory), data, result.Writer);
            if (hasKata)
            {
                var trees = settings.All(OptionTable.LinuxSource).Select(tree => Path.GetFullPath(tree, host.WorkingDirectory)).ToList();
                KataImportFiles.Write(Path.GetFullPath(kata!, host.WorkingDirectory), trees, data, result.Writer, host.IsQuiet ? TextWriter.Null : host.Error);
            }
        }
        result.Complete();
        return ExitCode.Compatible;
    }

    // A bare name is looked for in PATH, as a shell does.
    static string PathOf(string program, CliHost host) => program.Contains('/') ? Path.GetFullPath(program, host.WorkingDirectory) : program;
}
