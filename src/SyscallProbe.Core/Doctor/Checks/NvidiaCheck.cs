using SyscallProbe.Matrix;
using SyscallProbe.Rules;

namespace SyscallProbe.Doctor.Checks;

/// <summary>Whether nvproxy of the runsc that is here works with the driver that is here: it wants the very version.</summary>
sealed class NvidiaCheck : DoctorCheck<NodeView>
{
    protected override string Name => "nvidia";

    public override IEnumerable<DoctorLine> Judge(NodeView facts)
    {
        if (facts.Facts.NvidiaDriver is not { } text || facts.Runsc?.Nearest is not { } release || !DriverVersion.TryParse(text, out var driver)) return [];
        const string evidence = "/proc/driver/nvidia/version";
        var (name, drivers) = (GvisorReleases.Known.NameOf(release), Nvproxy.Known.DriversAt(release).ToArray());
        if (drivers.Length == 0) return [Line("no-nvproxy", evidence, ("driver", text), ("release", name))];
        var supported = string.Join(", ", drivers.Where(one => one.IsSupported).Select(one => one.Version.ToString()));
        if (drivers.Any(one => one.Version == driver && one.IsSupported)) return [Line("supported", evidence, ("driver", text), ("release", name))];
        if (drivers.Any(one => one.Version == driver)) return [Line("unsupported", evidence, ("driver", text), ("release", name), ("supported", supported))];
        string[] others = [.. GvisorReleases.Known.All.Where(other => Nvproxy.Known.DriversAt(other).Any(one => one.Version == driver && one.IsSupported)).Select(GvisorReleases.Known.NameOf)];
        return [Line("unknown", evidence, ("driver", text), ("release", name), ("supported", supported), ("releases", others.Length == 0 ? " (no known one does)" : $" ({others[0]} to {others[^1]})"))];
    }
}
