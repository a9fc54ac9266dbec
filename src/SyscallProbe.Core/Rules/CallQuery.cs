using System.Collections.Immutable;

namespace SyscallProbe.Rules;

/// <summary>A question to the matrix, <c>SYSCALL[,ARG=VALUE...]</c>: the call that it describes.</summary>
/// <remarks>
/// ARG is a key argument by the kernel's or the manual page's name or <c>arg0</c> to <c>arg5</c>; pseudo-arguments are <c>fd=socket</c>, <c>path=/proc/…</c> and
/// <c>cap=+NET_RAW:-SYS_ADMIN</c>, relative to Docker's default set. Flags that are not given are 0, as is a protocol; other arguments that are not given stay open.
/// </remarks>
public static class CallQuery
{
    /// <summary>The call, with the arguments as they were given.</summary>
    public sealed record Parsed(Call Call, string Syscall, ImmutableArray<KeyValuePair<string, string>> Arguments);

    /// <exception cref="FailureException">No such syscall or argument, or a value that is none of its constants (<see cref="FailureCode.Usage"/>).</exception>
    public static Parsed Parse(string text, Abi abi)
    {
        var parts = text.Split(',');
        var syscall = parts[0].Trim();
        var nr = Syscalls.NrOf(abi, syscall) ?? throw Wrong($"{abi.Name()} has no syscall '{syscall}'", text, NearestSyscall(syscall, abi));
        var keys = KeyArguments.Of(abi, nr);
        var given = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
        var values = new List<(KeyArgument Key, ulong Value)>();
        string? path = null;
        var fd = FdKind.Unknown;
        var capabilities = Capabilities.DockerDefault;

        // Two passes: the names of one argument's values may depend on another one that stands behind it.
        foreach (var (name, value) in parts.Skip(1).Select(part => Split(part.Trim(), text)).OrderBy(pair => KeyArguments.Find(keys, pair.Name)?.Depends is null ? 0 : 1))
        {
            given.Add(KeyValuePair.Create(name, value));
            var key = KeyArguments.Find(keys, name);
            if (key is { IsValue: true }) values.Add((key, ValueOf(key, value, abi, values, text)));
            else if (name == "path" || key is { Form: KeyForm.Path }) path = value;
            else if (name == FdKinds.ArgumentName || key is { Form: KeyForm.Fd }) fd = FdOf(value, text);
            else if (name == "cap") capabilities = CapabilitiesOf(value, capabilities, text);
            else throw Wrong($"{syscall} has no key argument '{name}'", text, Choices(keys));
        }

        var call = new Call { Abi = abi, Nr = nr, Syscall = syscall, Path = path, Fd = fd, Capabilities = capabilities };
        foreach (var key in keys)
        {
            if (key.Default is { } value) call.Set(keys, key.Name, value);
        }
        foreach (var (key, value) in values) call.Set(keys, key.Name, key.ValueOf(value));
        return new Parsed(call, syscall, given.ToImmutable());
    }

    static ulong ValueOf(KeyArgument key, string text, Abi abi, List<(KeyArgument Key, ulong Value)> before, string query)
    {
        ulong? on = before.Where(pair => pair.Key == key.Depends).Select(pair => (ulong?)pair.Value).FirstOrDefault();
        if (Constants.Known.TryParse(key, text, abi, on, out var value)) return value;
        if (text.StartsWith('-') && long.TryParse(text, out var negative)) return unchecked((ulong)negative);
        throw Wrong($"'{text}' is neither a number nor a constant of '{key.Name}'", query, "give a number (decimal or 0x…), a constant's name, or those joined with |");
    }

    static FdKind FdOf(string text, string query) => FdKinds.TryParse(text, out var kinds)
        ? kinds : throw Wrong($"'{text}' is no kind of file", query, $"one of {string.Join(", ", FdKinds.Names)}");

    static ulong CapabilitiesOf(string text, ulong capabilities, string query)
    {
        foreach (var part in text.Split(':'))
        {
            if (part.Length < 2 || part[0] is not ('+' or '-') || !Capabilities.TryParse(part[1..], out var number))
            {
                throw Wrong($"'{part}' is no capability with + or - in front", query, "as in cap=+NET_ADMIN:-NET_RAW");
            }
            capabilities = part[0] == '+' ? capabilities | 1UL << number : capabilities & ~(1UL << number);
        }
        return capabilities;
    }

    static (string Name, string Value) Split(string part, string query)
    {
        var equals = part.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 ? (part[..equals], part[(equals + 1)..]) : throw Wrong($"expected ARG=VALUE, found '{part}'", query, "as in `socket,family=AF_INET,type=SOCK_RAW`");
    }

    static string Choices(ImmutableArray<KeyArgument> keys) =>
        $"its key arguments are {string.Join(", ", keys.Where(key => key.IsValue).Select(key => key.Name).Concat(["fd", "path", "cap"]))}";

    static string NearestSyscall(string name, Abi abi)
    {
        var near = Nearest.To(name, Syscalls.All(abi).Select(syscall => syscall.Name));
        return near.Count > 0 ? $"did you mean {string.Join(" or ", near)}" : $"list them with `syscallprobe matrix show --arch {abi.Name()}`";
    }

    static FailureException Wrong(string what, string query, string fix) => new(new Failure(FailureCode.Usage, what, $"query '{query}'", fix));
}
