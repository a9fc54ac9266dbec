namespace SyscallProbe.Recording.Bpf;

/// <summary>What programs need to read kernel memory by pointers whose types the verifier knows: each read is one instruction, and what cannot be read is 0.</summary>
/// <remarks>
/// A helper's call takes some 20 ns, and a file is a dozen reads away. The verifier follows members that point to a struct by itself, and turns the loads into such that
/// survive a fault (BPF_PROBE_MEM); bpf_rdonly_cast, which costs nothing either, gives a type to an address that has none: an entry of the table of files, the private data
/// of a file. kernel/bpf/verifier.c, kernel/bpf/helpers.c (v6.18); since v6.2.
/// </remarks>
/// <param name="Cast">Id of bpf_rdonly_cast.</param>
/// <param name="FilesStruct">Id of struct files_struct, of which an entry of any table of files is taken as its first embedded one.</param>
/// <param name="EmbeddedFiles">Offset of these: files_struct.fd_array.</param>
/// <param name="Socket">Id of struct socket.</param>
sealed record TypedReads(int Cast, int FilesStruct, int EmbeddedFiles, int Socket)
{
    const string Files = "files_struct", Embedded = "fd_array";

    /// <summary>Null when the kernel lacks one of them.</summary>
    public static TypedReads? Find(BtfTypes types) =>
        types.FunctionId("bpf_rdonly_cast") is { } cast && types.StructId(Files) is { } files && types.HasMember(Files, Embedded) && types.StructId("socket") is { } socket
            ? new TypedReads(cast, files, types.OffsetOf(Files, Embedded), socket) : null;
}
