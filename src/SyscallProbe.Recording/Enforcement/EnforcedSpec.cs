using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using SyscallProbe.Rehearsal;

namespace SyscallProbe.Recording.Enforcement;

/// <summary>Makes the config.json of a rehearsal of one without.</summary>
static class EnforcedSpec
{
    static readonly string[] s_capabilitySets = ["bounding", "effective", "permitted", "inheritable", "ambient"];

    /// <summary>Reads the config.json of a bundle and writes one that enforces a plan.</summary>
    /// <param name="from">The bundle's folder.</param>
    /// <param name="to">The folder to write into; may be the same.</param>
    /// <returns>The calls that a supervisor at <paramref name="listenerPath"/> has to answer; empty when none is needed.</returns>
    /// <exception cref="FailureException">The file is not what a bundle's must be.</exception>
    public static ImmutableArray<EnforcedCall> Write(string from, string to, EnforcementPlan plan, string listenerPath)
    {
        var path = Path.Combine(from, "config.json");
        try
        {
            var config = JsonNode.Parse(File.ReadAllBytes(path))!.AsObject();
            if (config["linux"] is not JsonObject linux) config["linux"] = linux = [];
            var seccomp = SeccompSection.Make(plan.Calls, linux["seccomp"]?.AsObject(), listenerPath);
            linux["seccomp"] = seccomp.Section;
            DropCapabilities(config["process"]?["capabilities"], plan.DroppedCapabilities);
            if (from != to) MakeAbsolute(config, from);
            File.WriteAllText(Path.Combine(to, "config.json"), config.ToJsonString());
            return seccomp.Supervised;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NullReferenceException)
        {
            throw new FailureException(Failures.BadBundle(path, e.Message), e);
        }
    }

    static void DropCapabilities(JsonNode? capabilities, ulong dropped)
    {
        foreach (var set in s_capabilitySets)
        {
            if (capabilities?[set] is not JsonArray names) continue;
            foreach (var name in names.Where(name => Capabilities.TryParse((string?)name ?? "", out var number) && (dropped >> number & 1) != 0).ToArray()) names.Remove(name);
        }
    }

    // Paths of a bundle are relative to its folder, which is no longer the one that holds the file.
    static void MakeAbsolute(JsonObject config, string folder)
    {
        if (config["root"] is JsonObject root) root["path"] = Path.GetFullPath((string?)root["path"] ?? "rootfs", Path.GetFullPath(folder));
        foreach (var mount in (config["mounts"] as JsonArray ?? []).OfType<JsonObject>())
        {
            var isBind = (string?)mount["type"] == "bind" || (mount["options"] as JsonArray ?? []).Any(option => (string?)option is "bind" or "rbind");
            if (isBind && (string?)mount["source"] is { Length: > 0 } source) mount["source"] = Path.GetFullPath(source, Path.GetFullPath(folder));
        }
    }
}
