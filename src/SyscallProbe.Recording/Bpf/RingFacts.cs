namespace SyscallProbe.Recording.Bpf;

/// <summary>Where the running kernel shows the operations that are submitted to io_uring rings.</summary>
/// <param name="Tracepoint">Its first argument is the request: include/trace/events/io_uring.h.</param>
/// <param name="Opcode">Offset of the opcode within <c>struct io_kiocb</c>.</param>
sealed record RingFacts(string Tracepoint, int Opcode)
{
    const string Request = "io_kiocb";

    // The newer name first (v6.5). Up to v5.19 io_uring_submit_sqe had no typed request.
    static readonly string[] s_tracepoints = ["io_uring_submit_req", "io_uring_submit_sqe"];

    /// <summary>Null in a kernel before 6.0 or without io_uring.</summary>
    public static RingFacts? Find(BtfTypes types) =>
        types.HasMember(Request, "opcode") && s_tracepoints.FirstOrDefault(name => types.FirstArgumentPointsTo(name, Request)) is { } tracepoint
            ? new RingFacts(tracepoint, types.OffsetOf(Request, "opcode")) : null;
}
