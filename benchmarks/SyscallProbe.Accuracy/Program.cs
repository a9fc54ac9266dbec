using System.CommandLine;
using SyscallProbe;
using SyscallProbe.Accuracy;
using SyscallProbe.Report;
using SyscallProbe.Traces;

// The matrix below is for Debian's runsc, under which the cases' truth was taken.
const string Release = "release-20221219.0";

var here = Path.Combine(AppContext.BaseDirectory, "../../../");
var rootfs = new Option<string>("--rootfs") { Description = "root file system that corpus/build_rootfs.sh made", DefaultValueFactory = _ => "/var/tmp/corpus/rootfs" };
var corpus = new Option<string>("--corpus") { Description = "folder with cases.csv and workloads/", DefaultValueFactory = _ => Path.GetFullPath(Path.Combine(here, "corpus")) };
var results = new Option<string>("--results") { Description = "results file; cases that it has are not run again", DefaultValueFactory = _ => Path.GetFullPath(Path.Combine(here, "results.csv")) };
var traces = new Option<string>("--traces") { Description = "where traces are kept", DefaultValueFactory = _ => "/var/tmp/syscallprobe-accuracy" };
var tool = new Option<string>("--tool") { Description = "the executable that is judged", DefaultValueFactory = _ => Path.GetFullPath(Path.Combine(here, "../../src/SyscallProbe.Cli/bin/Release/net10.0/syscallprobe")) };
var only = new Option<string?>("--only") { Description = "cases whose name contains this" };
var sample = new Option<int?>("--sample") { Description = "so many cases at random, run again and compared with the results file" };
var seed = new Option<int>("--seed") { Description = "of --sample", DefaultValueFactory = _ => 1 };
var rehearse = new Option<bool>("--rehearse") { Description = "run check --rehearse too" };
var assess = new Option<bool>("--assess") { Description = "judge the kept traces again instead of running anything" };
var truth = new Option<bool>("--truth") { Description = "run the cases under runc and runsc and say where the file is wrong" };
var report = new Option<bool>("--report") { Description = "only print the tables of the results file" };

var command = new RootCommand("Measures how often a verdict is right, on cases whose truth is known.");
foreach (var option in new Option[] { rootfs, corpus, results, traces, tool, only, sample, seed, rehearse, assess, truth, report }) command.Options.Add(option);
command.SetAction(Run);
return command.Parse(args).Invoke();

int Run(ParseResult given)
{
    // One that fails under plain runc is no question for a sandbox.
    var cases = Case.Read(Path.Combine(given.GetValue(corpus)!, "cases.csv")).Where(c => c.Name.Contains(given.GetValue(only) ?? "", StringComparison.Ordinal)).ToList();
    var workloads = Path.Combine(given.GetValue(corpus)!, "workloads");
    if (given.GetValue(truth)) return CheckTruth(cases, new Truth(given.GetValue(rootfs)!, workloads));

    cases.RemoveAll(c => !c.WorksUnderRunc);
    var file = given.GetValue(results)!;
    var known = CaseResult.Read(file);
    Directory.CreateDirectory(given.GetValue(traces)!);
    var check = new Check(given.GetValue(tool)!, given.GetValue(rootfs)!, workloads, $"gvisor@{Release}", given.GetValue(traces)!);

    if (given.GetValue(sample) is { } count) return CompareSample([.. cases.Where(c => known.ContainsKey(c.Name))], count, given.GetValue(seed), known, check);
    if (!given.GetValue(report))
    {
        foreach (var c in cases)
        {
            var before = known.GetValueOrDefault(c.Name);
            var again = given.GetValue(assess);
            if (before is not null && !again && (before.Rehearse.Length > 0 || !given.GetValue(rehearse))) continue;
            var result = before is null || again ? ResultOf(c, again ? check.Assess(c) : check.Run(c, rehearse: false), check.TraceOf(c), before) : before;
            if (given.GetValue(rehearse) && result.Rehearse.Length == 0)
            {
                var rehearsed = check.Run(c, rehearse: true);
                result = result with { Rehearse = VerdictOf(rehearsed), RehearsedCauseAt = CauseAt(c, rehearsed) };
            }
            known[c.Name] = result;
            CaseResult.Write(file, known.Values);
            Console.Error.WriteLine($"{c.Name}: {(c.WorksUnderRunsc ? "works" : "fails")}, called {result.Check}{(result.Rehearse.Length > 0 ? $", rehearsed {result.Rehearse}" : "")}");
        }
    }
    var judged = cases.Where(c => known.ContainsKey(c.Name)).Select(c => (c, known[c.Name])).ToList();
    Console.WriteLine($"{judged.Count} cases that work under runc, {judged.Count(pair => !pair.c.WorksUnderRunsc)} of which fail under runsc ({Release}).\n");
    Console.WriteLine(Confusion.Table(judged));
    Console.WriteLine($"`check`:\n\n{Confusion.Counts(judged, r => r.Check)}");
    return 0;
}

CaseResult ResultOf(Case c, CheckReport? report, string tracePath, CaseResult? before)
{
    var trace = File.Exists(tracePath) ? TraceJson.Read(File.ReadAllBytes(tracePath), tracePath) : null;
    return new CaseResult(c.Name, VerdictOf(report), CauseAt(c, report), before?.Rehearse ?? "", before?.RehearsedCauseAt ?? 0,
        trace is null ? "error" : Baselines.Judge(trace, Release, partial: false), trace is null ? "error" : Baselines.Judge(trace, Release, partial: true));
}

static string VerdictOf(CheckReport? report) => report is null ? "error" : report.Targets[0].Verdict.ToString().ToLowerInvariant();

// Findings are sorted by consequence: the first is what a reader takes for the cause.
static int CauseAt(Case c, CheckReport? report)
{
    if (report is null || c.WorksUnderRunsc) return 0;
    var findings = report.Targets[0].Findings;
    for (var i = 0; i < findings.Length; i++)
    {
        if (c.Syscalls.Contains(findings[i].Syscall) || (findings[i].Path is { } path && c.Paths.Any(path.StartsWith))) return i + 1;
    }
    return 0;
}

static int CompareSample(List<Case> cases, int count, int seed, SortedDictionary<string, CaseResult> known, Check check)
{
    var chosen = cases.ToArray();
    new Random(seed).Shuffle(chosen);
    var wrong = 0;
    foreach (var c in chosen.Take(count))
    {
        var verdict = VerdictOf(check.Run(c, rehearse: false));
        if (verdict == known[c.Name].Check) continue;
        wrong++;
        Console.WriteLine($"{c.Name}: {verdict}, was {known[c.Name].Check}");
    }
    Console.WriteLine($"{Math.Min(count, chosen.Length)} cases run again (seed {seed}), {wrong} called otherwise");
    return wrong == 0 ? 0 : 1;
}

static int CheckTruth(List<Case> cases, Truth truth)
{
    var wrong = 0;
    foreach (var c in cases)
    {
        bool runc = truth.WorksUnderRunc(c), runsc = truth.WorksUnderRunsc(c);
        if (runc == c.WorksUnderRunc && runsc == c.WorksUnderRunsc) continue;
        wrong++;
        Console.WriteLine($"{c.Name}: runc {(runc ? "ok" : "fails")}, runsc {(runsc ? "ok" : "fails")}");
    }
    Console.WriteLine($"{cases.Count} cases, {wrong} otherwise than the file says");
    return wrong == 0 ? 0 : 1;
}
