namespace SyscallProbe.Cli.Output;

/// <summary>Standard output whose errors say what could not be written: the runtime's own "No space left on device" names no place.</summary>
/// <remarks>A closed pipe is no error: the runtime drops what is written to it.</remarks>
sealed class StandardOutput(Stream stream) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => stream.Length;

    public override long Position
    {
        get => stream.Position;
        set => stream.Position = value;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            stream.Write(buffer);
        }
        catch (IOException full)
        {
            throw new FailureException(new Failure(FailureCode.Usage, $"cannot write the result to standard output: {full.Message.TrimEnd('.')}"), full);
        }
    }

    public override void Flush() => stream.Flush();

    public override int Read(byte[] buffer, int offset, int count) => stream.Read(buffer, offset, count);

    public override long Seek(long offset, SeekOrigin origin) => stream.Seek(offset, origin);

    public override void SetLength(long value) => stream.SetLength(value);
}
