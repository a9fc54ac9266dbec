using System.Text.RegularExpressions;
using SyscallProbe.Cli.Options;

namespace SyscallProbe.Cli.Flows;

/// <summary>What a workload must say, and must not, to count as working.</summary>
/// <param name="Expect">Must match the output or the error output; null for anything.</param>
/// <param name="Reject">Must match neither; null for nothing.</param>
sealed record OutputConditions(Regex? Expect, Regex? Reject)
{
    public static OutputConditions Of(Settings settings) => new(
        settings.TryGet(WorkloadOptions.Expect, out var expect) ? expect : null,
        settings.TryGet(WorkloadOptions.Reject, out var reject) ? reject : null);

    /// <summary>Whether output has to be kept at all.</summary>
    public bool Any => Expect is not null || Reject is not null;

    public bool Hold(string output, string error) =>
        (Expect is null || Expect.IsMatch(output) || Expect.IsMatch(error)) && Reject?.IsMatch(output) != true && Reject?.IsMatch(error) != true;
}
