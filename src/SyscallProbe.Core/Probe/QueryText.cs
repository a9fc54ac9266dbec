using SyscallProbe.Rules;

namespace SyscallProbe.Probe;

/// <summary>Writes a call as a query of <c>matrix lookup</c>: what <see cref="CallQuery.Parse"/> reads.</summary>
static class QueryText
{
    /// <summary>Key arguments in the order of the syscall, those that are what they count as when left out not named; then file, path and capabilities.</summary>
    public static string Of(Call call)
    {
        var parts = new List<string> { call.Syscall! };
        var keys = KeyArguments.Of(call.Syscall!).Where(key => key.IsValue).ToList();
        for (var slot = 0; slot < keys.Count; slot++)
        {
            if (!call.Knows(slot) || call[slot] == keys[slot].Default) continue;
            ulong? chooser = keys[slot].Depends is { } on && call.Knows(keys.IndexOf(on)) ? call[keys.IndexOf(on)] : null;
            parts.Add($"{keys[slot].Name}={(keys[slot].Form == KeyForm.Text ? TextOf(keys[slot], call, slot) : Constants.Known.Format(keys[slot], call[slot], call.Abi, chooser))}");
        }
        if (call.Fd != FdKind.Unknown) parts.Add($"{FdKinds.ArgumentName}={call.Fd.Name()}");
        if (call.Path is not null) parts.Add($"path={call.Path}");
        var (added, dropped) = (call.Capabilities & ~Capabilities.DockerDefault, Capabilities.DockerDefault & ~call.Capabilities);
        if ((added | dropped) != 0) parts.Add($"cap={string.Join(':', Names(added).Select(name => "+" + name).Concat(Names(dropped).Select(name => "-" + name)))}");
        return string.Join(',', parts);
    }

    /// <summary>A text of the class that a call has there: the class itself where it is one text.</summary>
    public static string TextOf(KeyArgument key, Call call, int slot)
    {
        var text = Constants.Known.Format(key, call[slot], call.Abi);
        return TextSet.IsBeginning(text) ? text[..^1] + "probe" : text;
    }

    static IEnumerable<string> Names(ulong mask) =>
        Enumerable.Range(0, 64).Where(bit => (mask >> bit & 1) != 0).Select(bit => Capabilities.NameOf(bit)["CAP_".Length..]);
}
