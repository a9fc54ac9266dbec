using Microsoft.Win32.SafeHandles;

namespace SyscallProbe.Recording.Images;

/// <summary>A part of a file as a stream of its own; several can be read at once. The file stays open after it.</summary>
/// <param name="length">Bytes; where the file ends before, reading ends there.</param>
sealed class ArchiveMember(SafeFileHandle file, long offset, long length) : Stream
{
    long _position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set => _position = Math.Max(0, value);
    }

    public override int Read(Span<byte> buffer)
    {
        var most = (int)Math.Clamp(length - _position, 0, buffer.Length);
        var read = most == 0 ? 0 : RandomAccess.Read(file, buffer[..most], offset + _position);
        _position += read;
        return read;
    }

    public override int Read(byte[] buffer, int start, int count) => Read(buffer.AsSpan(start, count));

    public override long Seek(long distance, SeekOrigin origin) =>
        Position = distance + (origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => _position, _ => length });

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int start, int count) => throw new NotSupportedException();
}
