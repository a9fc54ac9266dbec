using SyscallProbe.Cli;

return (int)App.Run(args, CliHost.OfProcess());
