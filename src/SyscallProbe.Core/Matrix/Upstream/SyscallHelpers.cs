namespace SyscallProbe.Matrix.Upstream;

/// <summary>What one parameter of a table helper says about the syscall.</summary>
public enum HelperParameter
{
    /// <summary>Nothing that the matrix holds: the handler or the seccheck point.</summary>
    Ignored,

    Name,
    Note,
    Urls,
    Errno,
    Capability,
}

/// <summary>A function of gVisor's package <c>syscalls</c> that makes a table entry.</summary>
/// <param name="Event">Whether its handler emits an "unimplemented syscall" event.</param>
public sealed record SyscallHelper(string Name, SupportLevel Level, bool Event, IReadOnlyList<HelperParameter> Parameters);

/// <summary>Reads the helpers' own code, so that the level of an entry is what gVisor makes of it and no list here.</summary>
/// <remarks>Facts: <c>pkg/sentry/syscalls/syscalls.go</c>; until release-20190529.1 the helpers return a bare handler and state no level.</remarks>
public static class SyscallHelpers
{
    public const string Path = "pkg/sentry/syscalls/syscalls.go";

    /// <exception cref="FailureException">A helper has a form that is not understood.</exception>
    public static Dictionary<string, SyscallHelper> Parse(GoFile file)
    {
        var helpers = new Dictionary<string, SyscallHelper>(StringComparer.Ordinal);
        file.Rewind();
        while (file.SkipPast("func"))
        {
            if (file.Current.Kind != GoTokenKind.Word) continue; // a method or a function literal
            var name = file.Next();
            file.Take("(");
            var parameters = GoFile.SplitAtCommas(file.TakeBlock(")"));
            var makesEntry = file.IsAt("kernel", ".", "Syscall", "{") || file.IsAt("kernel", ".", "SyscallFn", "{");
            if (!makesEntry) continue;
            file.SkipPast("{");
            helpers[name.Text] = Read(file, name, parameters, file.TakeBlock("}"), helpers);
        }
        return helpers;
    }

    static SyscallHelper Read(
        GoFile file, GoToken name, List<List<GoToken>> parameters, List<GoToken> body, Dictionary<string, SyscallHelper> known)
    {
        var roles = parameters.ConvertAll(parameter => RoleOf(file, name, parameter));
        var words = body.Where(token => token.Kind == GoTokenKind.Word).Select(token => token.Text).ToHashSet(StringComparer.Ordinal);
        var emits = words.Contains("EmitUnimplementedEvent");

        SupportLevel? level = null;
        if (words.Contains("SupportFull")) level = SupportLevel.Full;
        else if (words.Contains("SupportPartial")) level = SupportLevel.Partial;
        else if (roles.Contains(HelperParameter.Capability) && words.Contains("EPERM") && words.Contains("ENOSYS")) level = SupportLevel.CapGate;
        else if (roles.Contains(HelperParameter.Errno)) level = SupportLevel.Error;
        else level = known.Values.FirstOrDefault(helper => words.Contains(helper.Name))?.Level; // SupportedPoint wraps Supported

        return new SyscallHelper(name.Text, level ?? throw file.NotUnderstood($"the helper '{name.Text}' states no support level", name.Line), emits, roles);
    }

    static HelperParameter RoleOf(GoFile file, GoToken helper, List<GoToken> parameter)
    {
        var type = string.Concat(parameter.Skip(1).Select(token => token.Text));
        return (parameter[0].Text, type) switch
        {
            ("name", "string") => HelperParameter.Name,
            ("note", "string") => HelperParameter.Note,
            (_, "[]string") => HelperParameter.Urls,
            (_, "error") => HelperParameter.Errno,
            (_, "linux.Capability") => HelperParameter.Capability,
            (_, "kernel.SyscallFn" or "kernel.SyscallToProto") => HelperParameter.Ignored,
            _ => throw file.NotUnderstood($"the parameter '{parameter[0].Text} {type}' of the helper '{helper.Text}' is not known", helper.Line),
        };
    }
}
