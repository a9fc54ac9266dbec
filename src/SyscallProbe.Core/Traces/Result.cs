namespace SyscallProbe.Traces;

/// <summary>What a call gave under the runtime that was recorded. Success values are folded: a file descriptor or a byte count decides nothing.</summary>
public readonly record struct Result : IComparable<Result>
{
    const ushort NeverCode = ushort.MaxValue;

    readonly ushort _code; // 0 success, 1..4095 errno, NeverCode

    Result(ushort code) => _code = code;

    public static Result Success => default;

    /// <summary>The call did not come back: exit, a successful execve of another image counts as success, killed in the call.</summary>
    public static Result Never => new(NeverCode);

    public static Result Failed(Errno errno) => new(checked((ushort)errno.Value));

    public bool IsSuccess => _code == 0;

    public bool IsNever => _code == NeverCode;

    /// <summary>The error, or null when the call succeeded or never returned.</summary>
    public Errno? Errno => _code is 0 or NeverCode ? null : new Errno(_code);

    /// <summary>As in traces: <c>success</c>, <c>never</c>, or the errno's name.</summary>
    public override string ToString() => IsSuccess ? "success" : IsNever ? "never" : Errno!.Value.Name;

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    public static bool TryParse(string text, out Result result)
    {
        if (text is "success" or "never")
        {
            result = text == "success" ? Success : Never;
            return true;
        }
        var known = SyscallProbe.Errno.TryParse(text, out var errno);
        result = known ? Failed(errno) : default;
        return known;
    }

    public int CompareTo(Result other) => _code.CompareTo(other._code);
}
