using System.Globalization;

// dotnet run -c Release --project benchmarks/recording [ROUNDS [LOADS [TOOL...]]]
// Runs the same programs under each tool in turn, or under those named and untraced, so that a change of the machine's load meets them all, and prints the medians.
// LOADS: names of Load.All joined by commas, or all. As root; tools that look at tracepoints need 'mount -t debugfs debugfs /sys/kernel/debug'.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var rounds = args.Length > 0 ? int.Parse(args[0]) : 20;
var chosen = args.Length > 1 && args[1] != "all" ? args[1].Split(',') : null;
const int slowEvery = 7;

var root = AppContext.BaseDirectory;
while (!File.Exists(Path.Combine(root, "SyscallProbe.sln"))) root = Path.GetDirectoryName(root)!;
using var programs = new Programs(root);
var tools = Tools.All(programs).Where((tool, i) => i == 0 || args.Length < 3 || args.Skip(2).Contains(tool.Name)).ToList();
Console.WriteLine($"{Host.Describe()}\nCommand: dotnet run -c Release --project benchmarks/recording {rounds} {(chosen is null ? "all" : args[1])} {string.Join(' ', args.Skip(2).Select(name => $"'{name}'"))}");
foreach (var load in Load.All.Where(load => chosen is null || chosen.Contains(load.Name)))
{
    var taken = tools.ToDictionary(tool => tool, _ => new List<Cost>());
    for (var round = 0; round < rounds; round++)
    {
        foreach (var tool in tools)
        {
            if (tool.IsSlow && round % slowEvery != 0) continue;
            taken[tool].Add(tool.Measure([load.Name, $"{(tool.IsSlow ? load.SlowCount : load.Count)}"]));
        }
        Console.Error.WriteLine($"{load.Name}: round {round + 1} of {rounds}");
    }
    Print(load, tools, taken);
}
Footprint.Print(programs);

static void Print(Load load, IReadOnlyList<Tool> tools, Dictionary<Tool, List<Cost>> taken)
{
    Console.WriteLine($"\n| {load.Name} | rounds | ns a {load.Unit} | quartiles | × untraced | p | CPU ns a {load.Unit} | quartiles | × untraced | p | added CPU ns | × bpftrace's | added to the least | × bpftrace's |");
    Console.WriteLine("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
    static double wallOf(Cost cost) => cost.WallNs;
    static double cpuOf(Cost cost) => cost.CpuNs;
    var untraced = taken[tools[0]];
    var same = tools.FirstOrDefault(tool => tool.Name == Tools.SameKeysName) is { } bpftrace ? taken[bpftrace] : [];
    foreach (var tool in tools)
    {
        var costs = taken[tool];
        var pairs = costs.Count == untraced.Count ? untraced : [];
        Console.WriteLine(
            $"| {tool.Name} | {costs.Count} {Columns(wallOf)} {Columns(cpuOf)} | {Added(costs, untraced):f0} | {Ratio(Added)} | {AddedToLeast(costs, untraced):f0} | {Ratio(AddedToLeast)} |");

        string Ratio(Func<List<Cost>, List<Cost>, double> added) => same.Count == 0 ? "" : $"{added(costs, untraced) / added(same, untraced):f2}";

        string Columns(Func<Cost, double> part)
        {
            var values = costs.Select(part).ToList();
            var p = tool == tools[0] ? double.NaN : Statistics.SignedRank([.. pairs.Select(part)], values);
            var (median, ratio) = (Statistics.Median(values), Statistics.Median(values) / Statistics.Median(untraced.Select(part)));
            return $"| {median:f0} | {Statistics.Quartiles(values)} | {ratio:f2} | {(double.IsNaN(p) ? "" : p < 0.001 ? "< 0.001" : $"{p:f3}")}";
        }
    }

    // The median of the rounds' own differences, where each round has both.
    static double Added(List<Cost> costs, List<Cost> untraced) => costs.Count == untraced.Count
        ? Statistics.Median(costs.Zip(untraced, (cost, bare) => cost.CpuNs - bare.CpuNs))
        : Statistics.Median(costs.Select(cost => cost.CpuNs)) - Statistics.Median(untraced.Select(cost => cost.CpuNs));

    // What a busy machine adds is in the least of the rounds least of all.
    static double AddedToLeast(List<Cost> costs, List<Cost> untraced) => costs.Min(cost => cost.CpuNs) - untraced.Min(cost => cost.CpuNs);
}
