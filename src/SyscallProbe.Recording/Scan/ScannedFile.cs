namespace SyscallProbe.Recording.Scan;

/// <summary>A file that the workload mapped, with the calls that its code makes.</summary>
/// <param name="Path">As the workload sees it.</param>
sealed record ScannedFile(string Path, ElfCode Elf, IReadOnlyCollection<CallSite> Sites);
