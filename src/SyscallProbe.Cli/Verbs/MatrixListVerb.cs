using System.Text.Json;
using SyscallProbe.Cli.Options;
using SyscallProbe.Cli.Output;
using SyscallProbe.Guest;
using SyscallProbe.Matrix;
using SyscallProbe.Report;

namespace SyscallProbe.Cli.Verbs;

/// <summary><c>matrix list</c>: the releases that the matrix knows.</summary>
sealed class MatrixListVerb : Verb
{
    static readonly Abi[] s_abis = [Abi.Amd64, Abi.Arm64];

    public override string Name => "matrix list";

    public override string Summary => "the releases that are known, with counts";

    public override string Details =>
        "Lists the gVisor releases that the matrix knows, oldest first, with the day of their commit and the number of syscalls of Linux v6.18 at each support level, and the Kata releases with the kernel of the guest under their default hypervisor.";

    public override IReadOnlyList<string> Examples => ["matrix list", "matrix list --arch arm64", "matrix list -f json"];

    public override IReadOnlyList<OptionSpec> Options => [OptionTable.Arch, OptionTable.Format, OptionTable.Output];

    public override ExitCode Run(Settings settings, CliHost host)
    {
        using var result = ResultFile.Open(settings, host);
        if (settings.Format == "json") JsonText.Write(result.Writer, WriteJson);
        else WriteTable(result.Writer, settings.Arch);
        result.Complete();
        return ExitCode.Compatible;
    }

    static void WriteTable(TextWriter to, Abi abi)
    {
        to.WriteLine($"RELEASE             DATE        {string.Join("  ", SupportLevelNames.All.Select(name => name.ToUpperInvariant()))}  ({abi.Name()})");
        foreach (var release in GvisorReleases.Known.All)
        {
            var counts = GvisorMatrix.Counts(release, abi).Select((count, level) => count.ToString().PadLeft(SupportLevelNames.All[level].Length));
            to.WriteLine($"{GvisorReleases.Known.NameOf(release),-18}  {GvisorReleases.Known.DateOf(release)}  {string.Join("  ", counts)}");
        }
        to.WriteLine();
        to.WriteLine($"KATA          DATE        HYPERVISOR       GUEST KERNEL  ({abi.Name()})");
        foreach (var release in KataReleases.Known.All)
        {
            var guest = GuestKernels.Known.Find(release, null, abi);
            to.WriteLine($"{release.Tag,-12}  {KataReleases.Known.DateOf(release)}  {guest.Hypervisor,-15}  {guest.Kernel}");
        }
    }

    static void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartArray("releases");
        foreach (var release in GvisorReleases.Known.All)
        {
            json.WriteStartObject();
            json.WriteString("runtime", "gvisor");
            json.WriteString("release", GvisorReleases.Known.NameOf(release));
            json.WriteString("date", GvisorReleases.Known.DateOf(release));
            json.WriteString("commit", GvisorReleases.Known.CommitOf(release));
            json.WriteStartObject("counts");
            foreach (var abi in s_abis)
            {
                json.WriteStartObject(abi.Name());
                var counts = GvisorMatrix.Counts(release, abi);
                for (var level = 0; level < counts.Count; level++) json.WriteNumber(SupportLevelNames.All[level], counts[level]);
                json.WriteEndObject();
            }
            json.WriteEndObject();
            json.WriteEndObject();
        }
        foreach (var release in KataReleases.Known.All) WriteKata(json, release);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void WriteKata(Utf8JsonWriter json, KataVersion release)
    {
        json.WriteStartObject();
        json.WriteString("runtime", "kata");
        json.WriteString("release", release.Tag);
        json.WriteString("date", KataReleases.Known.DateOf(release));
        json.WriteString("commit", KataReleases.Known.CommitOf(release));
        json.WriteString("hypervisor", GuestKernels.Known.DefaultHypervisor(release));
        json.WriteStartObject("guestKernel");
        foreach (var abi in s_abis) json.WriteString(abi.Name(), GuestKernels.Known.Find(release, null, abi).Kernel);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
