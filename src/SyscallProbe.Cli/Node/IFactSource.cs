using SyscallProbe.Doctor;

namespace SyscallProbe.Cli.Node;

/// <summary>Looks at one side of a machine. Sources run at the same time and know nothing of each other.</summary>
interface IFactSource
{
    /// <summary>What it looks at, for the line that says that it could not: <c>the platforms of runsc</c>.</summary>
    string What { get; }

    /// <summary>Looks, and returns what adds it to the facts.</summary>
    /// <remarks>A program that is missing or fails is a fact and no exception.</remarks>
    Func<NodeFacts, NodeFacts> Gather(Machine machine);
}
