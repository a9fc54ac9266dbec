using System.Text;

namespace SyscallProbe.Report;

/// <summary>Text that has a size limit: a line is written whole or not at all.</summary>
sealed class SizedText(TextWriter to, int mostBytes)
{
    int _left = mostBytes;

    /// <summary>Whether a line did not fit; from then on none is taken, so that what is left out is the end.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Writes a line with LF if there is room for it and for <paramref name="closing"/>, which is kept free for <see cref="Close"/>.</summary>
    public bool TryLine(string line, string closing = "")
    {
        var size = SizeOf(line) + (closing.Length == 0 ? 0 : SizeOf(closing));
        if (size > _left) IsFull = true;
        if (IsFull) return false;
        _left -= size;
        to.Write(line);
        to.Write('\n');
        return true;
    }

    /// <summary>Writes a line that a <see cref="TryLine"/> kept room for.</summary>
    public void Close(string closing)
    {
        to.Write(closing);
        to.Write('\n');
    }

    static int SizeOf(string line) => Encoding.UTF8.GetByteCount(line) + 1;
}
