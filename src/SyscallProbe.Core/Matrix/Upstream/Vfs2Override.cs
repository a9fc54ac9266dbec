namespace SyscallProbe.Matrix.Upstream;

/// <summary>Applies <c>vfs2.Override()</c> to the tables: with VFS2 the sentry replaced and removed entries before it ran anything.</summary>
/// <remarks>
/// Facts: <c>pkg/sentry/syscalls/linux/vfs2/vfs2.go</c>, called by <c>runsc/boot/loader.go</c> when the flag <c>vfs2</c> is on. That became its default in
/// release-20211026.0; from release-20220606.0 the call has no condition, and from release-20221122.0 the table itself holds the entries.
/// <c>runsc help syscalls</c> of those releases shows the table without the override.
/// </remarks>
public sealed class Vfs2Override(SyscallTableParser entries)
{
    public const string Path = "pkg/sentry/syscalls/linux/vfs2/vfs2.go";

    /// <summary>Where the flag's default stands; not every release has every file.</summary>
    public static IReadOnlyList<string> FlagPaths { get; } = ["runsc/config/flags.go", "runsc/main.go", "runsc/boot/config.go"];

    /// <summary>Whether the flag is on by default in one of <see cref="FlagPaths"/>; null when that file does not define it.</summary>
    public static bool? DefaultIn(GoFile file)
    {
        file.Rewind();
        while (file.Current.Kind != GoTokenKind.End)
        {
            // Before it was a flag it was a field that nothing set.
            if (file.IsAt("VFS2", "bool") && file.Path == "runsc/boot/config.go") return false;
            var isFlag = file.Current is { Kind: GoTokenKind.Text, Text: "vfs2" } && file.Peek().Is(",");
            if (isFlag && file.Peek(2).Is("true")) return true;
            if (isFlag && file.Peek(2).Is("false")) return false;
            file.Next();
        }
        return null;
    }

    /// <exception cref="FailureException">A statement of <c>Override</c> is not understood.</exception>
    public void Apply(GoFile file, IReadOnlyList<SyscallTable> tables)
    {
        file.Rewind();
        if (!file.SkipPast("func", "Override", "(", ")", "{")) throw file.NotUnderstood("found no func Override()", 1);
        SyscallTable? table = null;
        while (!file.TryTake("}"))
        {
            if (file.IsAt("s", ":=", "linux", ".") || file.IsAt("s", "=", "linux", "."))
            {
                file.SkipPast(".");
                var arch = file.Take(GoTokenKind.Word, "AMD64 or ARM64");
                table = tables.FirstOrDefault(candidate => candidate.Abi.Name().Equals(arch.Text, StringComparison.OrdinalIgnoreCase))
                    ?? throw file.NotUnderstood($"there is no table linux.{arch.Text}", arch.Line);
            }
            else if (file.IsAt("s", ".", "Init", "(", ")"))
            {
                file.SkipPast(")");
            }
            else if (table is not null && file.IsAt("s", ".", "Table", "["))
            {
                file.SkipPast("[");
                var key = file.Take(GoTokenKind.Number, "a syscall number");
                file.Take("]");
                file.Take("=");
                table.Entries[SyscallTableParser.NumberOf(file, key)] = entries.ReadEntry(file, bare: false);
            }
            else if (table is not null && file.IsAt("delete", "(", "s", ".", "Table", ","))
            {
                file.SkipPast(",");
                table.Entries.Remove(SyscallTableParser.NumberOf(file, file.Take(GoTokenKind.Number, "a syscall number")));
                file.Take(")");
            }
            else
            {
                throw file.Unexpected("a statement that changes a syscall table");
            }
            if (file.Current.Kind == GoTokenKind.Semicolon) file.Next();
        }
    }
}
