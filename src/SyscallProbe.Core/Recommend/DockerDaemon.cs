using System.Text.Json;
using SyscallProbe.Kubernetes;
using SyscallProbe.Report;

namespace SyscallProbe.Recommend;

/// <summary>Writes the runtime for Docker's <c>daemon.json</c>.</summary>
/// <remarks>google/gvisor g3doc/user_guide/platforms.md, kata-containers docs/installation.md.</remarks>
static class DockerDaemon
{
    // Where the package puts it.
    const string Runsc = "/usr/bin/runsc";

    public static Artefact Of(ArtefactPlan plan)
    {
        var text = new StringWriter { NewLine = "\n" };
        JsonText.Write(text, json =>
        {
            json.WriteStartObject();
            json.WriteStartObject("runtimes");
            json.WriteStartObject(plan.Class.Handler);
            if (plan.Target.Runtime == "gvisor") WriteRunsc(json, plan);
            else WriteKata(json, plan);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        });
        return new Artefact(ArtefactPart.Config, "Configure Docker", "/etc/docker/daemon.json", text.ToString(), [.. ContainerEngines.NotesOf(ContainerEngines.Docker, plan.Target).Select(plan.Fill)]);
    }

    static void WriteRunsc(Utf8JsonWriter json, ArtefactPlan plan)
    {
        json.WriteString("path", Runsc);
        // Docker itself tells a runtime whether systemd manages cgroups.
        var systemd = RunscFlag.At(plan.Target).Where(flag => flag.Use == RunscFlagUse.Systemd).Select(flag => flag.Name).ToArray();
        var flags = plan.Flags.Where(flag => !systemd.Contains(flag.Key)).ToArray();
        if (flags.Length == 0) return;
        json.WriteStartArray("runtimeArgs");
        foreach (var (name, value) in flags) json.WriteStringValue($"--{name}={value}");
        json.WriteEndArray();
    }

    static void WriteKata(Utf8JsonWriter json, ArtefactPlan plan)
    {
        var install = KataInstall.Of(plan.Target);
        json.WriteString("runtimeType", install.ShimPath);
        json.WriteStartObject("options");
        json.WriteString("ConfigPath", install.Configuration);
        json.WriteEndObject();
    }
}
