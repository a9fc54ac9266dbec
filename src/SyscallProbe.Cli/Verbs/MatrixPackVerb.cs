using SyscallProbe.Cli.Options;

namespace SyscallProbe.Cli.Verbs;

/// <summary><c>matrix pack</c>.</summary>
sealed class MatrixPackVerb : Verb
{
    public override string Name => "matrix pack";

    public override string Summary => "make the packed knowledge from data/";

    public override string Details =>
        $"Packs data/**/*.csv into {MatrixPack.ImagePath}, which the next build embeds. Run it at the root of a checkout, after every change of data.";

    public override IReadOnlyList<string> Examples => ["matrix pack", "matrix pack --check"];

    public override IReadOnlyList<OptionSpec> Options => [OptionTable.Check];

    public override ExitCode Run(Settings settings, CliHost host)
    {
        if (!Directory.Exists(Path.Combine(host.WorkingDirectory, "data")))
        {
            throw new FailureException(new Failure(FailureCode.BadInput, "no folder 'data' to pack", host.WorkingDirectory, "run it at the root of a checkout"));
        }
        var check = settings.Has(OptionTable.Check);
        var same = MatrixPack.Run(host.WorkingDirectory, check);
        if (same || !check) return ExitCode.Compatible;
        throw new FailureException(new Failure(FailureCode.BadInput, "the packed knowledge is not what data/ gives", MatrixPack.ImagePath,
            "run `syscallprobe matrix pack` and commit the file"));
    }
}
