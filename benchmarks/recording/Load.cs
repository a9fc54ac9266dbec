/// <summary>What a program does while it is watched.</summary>
/// <param name="Name">As loop.c knows it.</param>
/// <param name="Unit">What a figure is of.</param>
/// <param name="Count">Units of a run, at least as many calls.</param>
/// <param name="SlowCount">Units of a run under a tool that makes them some hundred times as dear.</param>
/// <param name="Argument">The key argument for bpftrace: of amd64's numbers, and of one position, as the verifier takes no choice between several.</param>
sealed record Load(string Name, string Unit, long Count, long SlowCount, string Argument)
{
    const string OfFcntlAndIoctl = "args->id == 72 || args->id == 16 ? args->args[1] : 0", OfOpenat = "args->id == 257 ? args->args[2] : 0",
        OfSendtoAndRecvfrom = "args->id == 44 || args->id == 45 ? args->args[3] : 0", OfClone = "args->id == 56 ? args->args[0] : 0";

    /// <summary>Loops of one call each, then programs that make many kinds.</summary>
    public static IReadOnlyList<Load> All { get; } =
    [
        new("getppid", "call", 500_000, 25_000, OfFcntlAndIoctl),
        new("dd", "call", 500_000, 25_000, OfFcntlAndIoctl),
        new("fcntl", "call", 500_000, 25_000, OfFcntlAndIoctl),
        new("send", "call", 200_000, 25_000, OfSendtoAndRecvfrom),
        new("fork", "process", 1_000, 300, OfClone),
        new("walk", "file", 128_000, 12_800, OfOpenat),
        new("redis", "request", 100_000, 2_000, OfFcntlAndIoctl),
    ];

    /// <summary>The one of that name.</summary>
    public static Load Named(string name) => All.Single(load => load.Name == name);
}
