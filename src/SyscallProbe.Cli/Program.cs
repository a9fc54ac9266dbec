using SyscallProbe.Cli;
using SyscallProbe.Cli.Flows;

return (int)(RuntimeFlow.TryRun(args) ?? App.Start(args));
