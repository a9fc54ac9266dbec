using System.CommandLine;
using SyscallProbe.Cli.Verbs;

var check = new Option<bool>("--check");
var pack = new Command("pack", "Make the packed knowledge from data/") { check };
pack.SetAction(parsed => MatrixPack.Run(Directory.GetCurrentDirectory(), parsed.GetValue(check)) || !parsed.GetValue(check) ? 0 : 1);
return new RootCommand("Tells whether a workload will run under gVisor or Kata") { new Command("matrix", "The gVisor and Kata knowledge") { pack } }.Parse(args).Invoke();
