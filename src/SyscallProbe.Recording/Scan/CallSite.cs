namespace SyscallProbe.Recording.Scan;

/// <summary>A place in code that makes a call whose number stands in the code.</summary>
readonly record struct CallSite(ulong Address, Nr Nr);
