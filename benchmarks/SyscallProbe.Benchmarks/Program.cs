using BenchmarkDotNet.Running;
using SyscallProbe.Benchmarks;

if (args is ["sizes"]) LookupSizes.Print(Console.Out);
else if (args is ["minimum"]) Minimum.Print(Console.Out);
else BenchmarkSwitcher.FromAssembly(typeof(LookupSizes).Assembly).Run(args);
