using System.Collections.Immutable;
using System.Text.Json.Nodes;
using SyscallProbe.Rehearsal;

namespace SyscallProbe.Recording.Enforcement;

/// <summary>Puts a plan into the <c>linux.seccomp</c> section of a bundle: runtime-spec v1.0.2, config-linux.md.</summary>
/// <remarks>
/// A call that registers tell gets <c>SCMP_ACT_ERRNO</c>: the kernel answers, nobody else has a part in it. All calls of a number of which one needs a look, or which
/// runc's own init makes after the filter is loaded, get <c>SCMP_ACT_NOTIFY</c>, and the supervisor answers.
/// </remarks>
static class SeccompSection
{
    const string Allow = "SCMP_ACT_ALLOW", Refuse = "SCMP_ACT_ERRNO", Notify = "SCMP_ACT_NOTIFY";

    /// <summary>What has been decided.</summary>
    /// <param name="Section">The new section.</param>
    /// <param name="Supervised">Calls that the supervisor answers; where there are none, it is not needed.</param>
    public sealed record Result(JsonObject Section, ImmutableArray<EnforcedCall> Supervised);

    /// <param name="own">The workload's own profile, which stays in force; null when it has none.</param>
    /// <param name="listenerPath">Where the supervisor listens.</param>
    public static Result Make(IEnumerable<EnforcedCall> calls, JsonObject? own, string listenerPath)
    {
        var section = own?.DeepClone().AsObject() ?? new JsonObject { ["defaultAction"] = Allow, ["architectures"] = Architectures() };
        if (section["syscalls"] is not JsonArray rules) section["syscalls"] = rules = [];
        var supervised = ImmutableArray.CreateBuilder<EnforcedCall>();
        foreach (var group in calls.GroupBy(call => Syscalls.NameOf(call.Abi, call.Nr)))
        {
            // A number without a name cannot be put into a bundle; runc refuses to notify of write, by which its init talks to it.
            if (group.Key is not { } name || name == "write") continue;
            var hasOwnSay = own is not null;
            if (hasOwnSay && !TakeOver(section, rules, name)) continue;
            if (hasOwnSay || RuncInit.Calls(name) || group.Any(call => call.NeedsLook))
            {
                rules.Add((JsonNode)new JsonObject { ["names"] = new JsonArray(name), ["action"] = Notify });
                supervised.AddRange(group);
                continue;
            }
            foreach (var call in group) rules.Add((JsonNode)Rule(name, call));
        }
        // runc refuses a listener without a rule that needs it; a profile that has one of its own keeps it, and loses none.
        if (supervised.Count > 0) section["listenerPath"] = listenerPath;
        return new Result(section, supervised.ToImmutable());
    }

    static JsonArray Architectures() =>
        BpfRecorder.HostAbi == Abi.Arm64 ? new JsonArray("SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM") : new JsonArray("SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32");

    static JsonObject Rule(string name, EnforcedCall call)
    {
        var rule = new JsonObject { ["names"] = new JsonArray(name), ["action"] = Refuse, ["errnoRet"] = call.Errno?.Value ?? 0 };
        if (!call.Arguments.IsEmpty)
        {
            rule["args"] = new JsonArray([.. call.Arguments.Select(argument => (JsonNode)new JsonObject
            {
                ["index"] = argument.Key.Position, ["value"] = argument.Key.Mask, ["valueTwo"] = argument.Value, ["op"] = "SCMP_CMP_MASKED_EQ",
            })]);
        }
        return rule;
    }

    /// <summary>Takes a call out of the rules that allow it, so that ours decide.</summary>
    /// <returns>False where the profile itself refuses it or looks at its arguments, or has a listener of its own: then its word stands and ours is not added.</returns>
    static bool TakeOver(JsonObject section, JsonArray rules, string name)
    {
        if (section["listenerPath"] is not null) return false;
        var naming = rules.OfType<JsonObject>().Where(rule => NamesOf(rule).Any(other => (string?)other == name)).ToArray();
        if (naming.Length == 0) return (string?)section["defaultAction"] == Allow;
        if (naming.Any(rule => (string?)rule["action"] != Allow || rule["args"] is JsonArray { Count: > 0 })) return false;
        foreach (var rule in naming)
        {
            var names = NamesOf(rule);
            foreach (var same in names.Where(other => (string?)other == name).ToArray()) names.Remove(same);
            if (names.Count == 0) rules.Remove(rule);
        }
        return true;
    }

    static JsonArray NamesOf(JsonObject rule) => rule["names"] as JsonArray ?? [];
}
