using System.Globalization;

// dotnet run -c Release --project benchmarks/recording [ROUNDS [CALLS [TOOL...]]]
// Runs the same loops under each tool in turn, or under those named and untraced, so that a change of the machine's load meets them all, and prints the medians.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var rounds = args.Length > 0 ? int.Parse(args[0]) : 20;
var calls = args.Length > 1 ? args[1] : "1000000";
const int slowEvery = 5, slowDivisor = 20;

var root = AppContext.BaseDirectory;
while (!File.Exists(Path.Combine(root, "SyscallProbe.sln"))) root = Path.GetDirectoryName(root)!;
using var programs = new Programs(root);
var tools = Tools.All(programs).Where((tool, i) => i == 0 || args.Length < 3 || args.Skip(2).Contains(tool.Name)).ToList();
Console.WriteLine($"{Host.Describe()}\nCommand: dotnet run -c Release --project benchmarks/recording {rounds} {calls} {string.Join(' ', args.Skip(2).Select(name => $"'{name}'"))}");
foreach (var loop in (string[])["getppid", "dd", "fcntl"])
{
    var taken = tools.ToDictionary(tool => tool, _ => new List<Cost>());
    for (var round = 0; round < rounds; round++)
    {
        foreach (var tool in tools)
        {
            if (tool.IsSlow && round % slowEvery != 0) continue;
            var count = tool.IsSlow ? $"{long.Parse(calls) / slowDivisor}" : calls;
            taken[tool].Add(tool.Measure([loop, count]));
        }
        Console.Error.WriteLine($"{loop}: round {round + 1} of {rounds}");
    }
    Print(loop, tools, taken);
}

static void Print(string loop, IReadOnlyList<Tool> tools, Dictionary<Tool, List<Cost>> taken)
{
    Console.WriteLine($"\n| {loop} | rounds | ns a call | quartiles | × untraced | CPU ns a call | quartiles | added CPU ns | × untraced |");
    Console.WriteLine("|---|---:|---:|---:|---:|---:|---:|---:|---:|");
    static double wallOf(Cost cost) => cost.WallNs;
    static double cpuOf(Cost cost) => cost.CpuNs;
    var (untracedWall, untracedCpu) = (Median(taken[tools[0]].Select(wallOf)), Median(taken[tools[0]].Select(cpuOf)));
    foreach (var tool in tools)
    {
        var (wall, cpu) = (taken[tool].Select(wallOf), taken[tool].Select(cpuOf));
        Console.WriteLine(
            $"| {tool.Name} | {taken[tool].Count} | {Median(wall):f0} | {Quartiles(wall)} | {Median(wall) / untracedWall:f2} "
            + $"| {Median(cpu):f0} | {Quartiles(cpu)} | {Median(cpu) - untracedCpu:f0} | {Median(cpu) / untracedCpu:f2} |");
    }
}

static string Quartiles(IEnumerable<double> values) => $"{Quantile(values, 0.25):f0}–{Quantile(values, 0.75):f0}";

static double Median(IEnumerable<double> values) => Quantile(values, 0.5);

static double Quantile(IEnumerable<double> values, double share)
{
    var sorted = values.Order().ToList();
    return sorted[(int)Math.Round((sorted.Count - 1) * share)];
}
