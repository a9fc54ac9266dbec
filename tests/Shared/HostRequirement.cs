using Xunit;

namespace SyscallProbe.Tests;

/// <summary>What a test needs of the host; without it the test is skipped with the reason.</summary>
/// <remarks>Only what is absent is looked at. Where the host has it and it does not work, the test must fail.</remarks>
static class HostRequirement
{
    /// <summary>Skips the running test unless the host has all of it; the reason names everything that is missing.</summary>
    /// <param name="root">Effective user id 0.</param>
    /// <param name="program">A program that must be on PATH.</param>
    /// <param name="programs">More of them.</param>
    /// <param name="btf">The kernel's types, which the eBPF recorder needs.</param>
    /// <param name="amd64">An x86-64 processor, for the workloads that are written for it.</param>
    public static void Require(
        bool root = false, string? program = null, string[]? programs = null, bool btf = false, bool amd64 = false)
    {
        var missing = Missing(root, program is null ? programs ?? [] : [program, .. programs ?? []], btf, amd64).ToList();
        Assert.SkipUnless(missing.Count == 0, "needs " + string.Join(", ", missing));
    }

    /// <summary>Where a program is on PATH, or null.</summary>
    public static string? PathOf(string program) =>
        $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin".Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    static IEnumerable<string> Missing(bool root, string[] programs, bool btf, bool amd64)
    {
        if (root && Environment.UserName != "root") yield return "root";
        foreach (var program in programs)
        {
            if (PathOf(program) is null) yield return $"the program {program}";
        }
        if (btf && !File.Exists("/sys/kernel/btf/vmlinux")) yield return "/sys/kernel/btf/vmlinux (CONFIG_DEBUG_INFO_BTF=y)";
        if (amd64 && System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture != System.Runtime.InteropServices.Architecture.X64)
        {
            yield return "an x86-64 processor";
        }
    }
}
