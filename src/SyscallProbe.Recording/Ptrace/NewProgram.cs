using System.Buffers.Binary;
using System.Runtime.InteropServices;
using SyscallProbe.Recording.Interop;

namespace SyscallProbe.Recording.Ptrace;

/// <summary>The program that a thread has just executed, as the kernel has laid it out on the new stack.</summary>
/// <param name="Path">As the kernel calls it: what was given, or <c>/dev/fd/3</c> for a descriptor. Null where it could not be read.</param>
/// <param name="Name">What runs: of a script the interpreter. Null where it could not be read.</param>
readonly unsafe record struct NewProgram(string? Path, string? Name)
{
    /// <summary>Looks at a thread that is stopped at its exec.</summary>
    /// <param name="given">What it gave to execve; null where that was not seen: then a script is named itself.</param>
    public static NewProgram Of(int tid, ExecArguments? given)
    {
        var info = stackalloc byte[sizeof(PtraceSyscallInfo)];
        if (!PtraceCall.SyscallInfo(tid, info)) return default;
        var general = (PtraceSyscallInfo*)info;
        var word = general->arch == AuditHeader.AUDIT_ARCH_I386 ? sizeof(uint) : sizeof(ulong);
        var path = ExecutedPath(tid) is { } address ? ProcessMemory.ReadPath(tid, address) : null;

        // argc, argv[0]: the kernel has put the interpreter, perhaps an option, and the script in place of argv[0] (fs/binfmt_script.c, v6.18).
        var count = ProcessMemory.ReadNumber(tid, general->stack_pointer, word);
        var isScript = given is { } arguments && count > (ulong)Math.Max(1, arguments.ArgumentCount);
        if (!isScript) return new NewProgram(path, path);
        return new NewProgram(path, ProcessMemory.ReadNumber(tid, general->stack_pointer + (ulong)word, word) is { } first ? ProcessMemory.ReadPath(tid, first) : null);
    }

    // AT_EXECFN points to bprm->filename: fs/binfmt_elf.c, create_elf_tables (v6.18).
    static ulong? ExecutedPath(int tid)
    {
        try
        {
            var vector = MemoryMarshal.Cast<byte, ulong>(File.ReadAllBytes($"/proc/{tid}/auxv"));
            for (var i = 0; i + 1 < vector.Length; i += 2)
            {
                if (vector[i] == AuxvHeader.AT_EXECFN) return vector[i + 1];
            }
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
