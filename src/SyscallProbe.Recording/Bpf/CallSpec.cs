using System.Collections.Immutable;

namespace SyscallProbe.Recording.Bpf;

/// <summary>What is recorded of one syscall besides its number and result, in the order in which a key holds it.</summary>
/// <param name="Arguments">Those with a value, in a register or where one points to; at most <see cref="MaxArguments"/>, by position and offset.</param>
/// <param name="Paths">Positions of the arguments that point to a path, of which <see cref="MaxPaths"/> are looked at.</param>
/// <param name="File">Position of the descriptor whose kind of file decides; null where none does.</param>
sealed record CallSpec(ImmutableArray<KeyArgument> Arguments, ImmutableArray<int> Paths, int? File = null)
{
    /// <summary>Whether the kind of that file decides.</summary>
    public bool HasKind { get; init; }

    /// <summary>What decides of the socket behind that descriptor.</summary>
    public ImmutableArray<KeyArgument> SocketFacts { get; init; } = [];

    /// <summary>Room for arguments in a key of the kernel's table.</summary>
    public const int MaxArguments = 4;

    /// <summary>Two: the names of rename and link.</summary>
    public const int MaxPaths = 2;

    /// <summary>Makes it of the key arguments that <c>data/abi/key-arguments.csv</c> has for a number.</summary>
    /// <exception cref="FailureException">More arguments than a key has room for (<see cref="FailureCode.BadInput"/>).</exception>
    public static CallSpec Of(Abi abi, Nr nr)
    {
        var keys = KeyArguments.Of(abi, nr);
        var spec = new CallSpec(
            [.. keys.Where(key => key.IsValue && key.Socket is null)],
            [.. keys.Where(key => key.Form == KeyForm.Path).Select(key => key.Position)]);
        if (keys.FirstOrDefault(key => key.Form == KeyForm.Fd || key.Socket is not null) is { } file)
        {
            spec = spec with { File = file.Position, HasKind = file.Form == KeyForm.Fd, SocketFacts = [.. keys.Where(key => key.Socket is not null)] };
        }
        return spec.Arguments.Length <= MaxArguments
            ? spec
            : throw new FailureException(new Failure(
                FailureCode.BadInput, $"{Syscalls.NameOf(abi, nr)} has {spec.Arguments.Length} key arguments with a value: {MaxArguments} fit into a record",
                "data/abi/key-arguments.csv"));
    }

    /// <summary>Whether nothing but number and result is recorded.</summary>
    public bool IsNothing => Arguments.IsEmpty && Paths.IsEmpty && File is null;

    /// <summary>Index of the argument that decides whether another one is recorded; it comes first.</summary>
    public int DependsOn(KeyArgument argument) => Arguments.IndexOf(argument.Depends!);
}
