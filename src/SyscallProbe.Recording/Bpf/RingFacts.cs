namespace SyscallProbe.Recording.Bpf;

/// <summary>Where the running kernel shows the operations of io_uring rings: include/trace/events/io_uring.h.</summary>
/// <param name="Submitted">Tracepoint whose first argument is the request.</param>
/// <param name="Refused">Tracepoint whose arguments are the entry of the ring, the request and the error; null before 6.0.</param>
/// <param name="Completed">Tracepoint whose second argument is the request; null where it is none that is known.</param>
/// <param name="Opcode">Offset within <c>struct io_kiocb</c>.</param>
/// <param name="Flags">Offset within <c>struct io_kiocb</c>, whose lowest bits are those of the entry.</param>
/// <param name="CompletionResult">Offset within <c>struct io_uring_cqe</c>, where <paramref name="Completed"/> has it as its third argument (6.16); null where the result is its fourth.</param>
sealed record RingFacts(string Submitted, string? Refused, string? Completed, int Opcode, int Flags, int? CompletionResult)
{
    const string Request = "io_kiocb", Entry = "io_uring_sqe", Completion = "io_uring_cqe", RefusedName = "io_uring_req_failed", CompletedName = "io_uring_complete";

    // The newer name first (v6.5). Up to v5.19 io_uring_submit_sqe had no typed request.
    static readonly string[] s_submitted = ["io_uring_submit_req", "io_uring_submit_sqe"];

    /// <summary>Null in a kernel before 6.0 or without io_uring.</summary>
    public static RingFacts? Find(BtfTypes types)
    {
        if (!types.HasMember(Request, "opcode") || s_submitted.FirstOrDefault(name => types.ArgumentPointsTo(name, 0, Request)) is not { } submitted) return null;
        int? result = types.ArgumentPointsTo(CompletedName, 2, Completion) ? types.OffsetOf(Completion, "res") : null;
        var showsResult = result is not null || (types.ArgumentIsNumber(CompletedName, 2, sizeof(ulong)) && types.ArgumentIsNumber(CompletedName, 3, sizeof(int)));
        var showsRefused = types.ArgumentPointsTo(RefusedName, 0, Entry) && types.ArgumentPointsTo(RefusedName, 1, Request) && types.ArgumentIsNumber(RefusedName, 2, sizeof(int));
        return new RingFacts(
            submitted, showsRefused && showsResult ? RefusedName : null, showsResult ? CompletedName : null,
            types.OffsetOf(Request, "opcode"), types.OffsetOf(Request, "flags"), result);
    }
}
