using System.Text.Json;
using SyscallProbe.Matrix;
using SyscallProbe.Rules;

namespace SyscallProbe.Guest;

/// <summary>What <c>matrix show</c> has for a Kata target: each syscall of Linux v6.18 in the guest, and the guest itself.</summary>
public static class GuestMatrix
{
    /// <summary>A row per number of the guest's architecture, by number.</summary>
    /// <remarks>
    /// <c>full</c>: the guest's kernel has it; <c>error</c>: it is configured out, and <c>note</c> says which option is needed; <c>undefined</c>: the kernel is
    /// too old, and <c>note</c> says since when kernels have it; <c>unknown</c>: see <see cref="GuestRules.NotKnown"/>.
    /// </remarks>
    public static CsvFile Rows(GuestKernel guest)
    {
        var rows = new List<IReadOnlyList<string>>();
        foreach (var syscall in Syscalls.All(guest.Arch))
        {
            var outcome = GuestRules.Known.OutcomeOf(guest, guest.Arch, syscall.Name);
            rows.Add([guest.Arch.Name(), syscall.Nr.ToString(), syscall.Name, Level(outcome), outcome.Errno?.Name ?? "", "", Note(outcome)]);
        }
        return new CsvFile($"kata@{guest.Release},{KataModel.HypervisorFlag}={guest.Hypervisor}", GvisorMatrix.Columns, rows);
    }

    /// <summary>Writes the guest with its rows as one object.</summary>
    public static void Write(Utf8JsonWriter json, GuestKernel guest)
    {
        json.WriteStartObject();
        json.WriteString("release", guest.Release.Tag);
        json.WriteString("hypervisor", guest.Hypervisor);
        json.WriteString("arch", guest.Arch.Name());
        json.WriteString("guestKernel", guest.Kernel);
        Number(json, "defaultVcpus", guest.Defaults.Vcpus);
        Number(json, "defaultMemoryMiB", guest.Defaults.MemoryMiB);
        json.WriteStartObject("overhead");
        json.WriteString("cpu", guest.Overhead?.Cpu);
        json.WriteString("memory", guest.Overhead?.Memory);
        json.WriteEndObject();
        json.WriteString("configSource", guest.Tree is null ? null : guest.IsNearest ? $"nearest series at hand: {guest.Tree}" : "same series");
        json.WriteStartObject("config");
        foreach (var (option, value) in guest.Config) json.WriteString(option, value);
        json.WriteEndObject();
        json.WriteStartArray("syscalls");
        foreach (var row in Rows(guest).Rows) GvisorMatrix.WriteRow(json, row);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static string Level(Outcome outcome) => outcome switch
    {
        { Kind: OutcomeKind.Works } => "full",
        { Rule: GuestRules.ConfiguredOut } => "error",
        { Rule: GuestRules.NewerThanGuest } => "undefined",
        _ => "unknown",
    };

    // "since v6.8; the guest has v6.1": the first half is the note.
    static string Note(Outcome outcome) => outcome.Effect?.Split(';')[0] ?? "";

    static void Number(Utf8JsonWriter json, string name, int? value)
    {
        if (value is { } known) json.WriteNumber(name, known);
        else json.WriteNull(name);
    }
}
