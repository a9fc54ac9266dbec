using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using static SyscallProbe.Recording.Bpf.RecordLayout;

namespace SyscallProbe.Recording.Bpf;

/// <summary>The classes of texts in the form that the kernel's trie looks them up: a new text is a row of data and no byte code.</summary>
static class TextTable
{
    static readonly ImmutableArray<TextSet> s_sets = [.. Constants.Known.TextSets.Values];

    /// <summary>The number of a set in keys.</summary>
    public static byte NumberOf(string set) => (byte)s_sets.IndexOf(Constants.Known.TextSets[set]);

    /// <summary>Every class with its value.</summary>
    /// <exception cref="FailureException">A text is longer than a key has room for (<see cref="FailureCode.BadInput"/>).</exception>
    public static IEnumerable<(byte[] Key, byte[] Value)> Entries()
    {
        foreach (var set in s_sets)
        {
            foreach (var text in set.Classes) yield return (KeyOf(set, text), BitConverter.GetBytes(set.ValueOf(text)));
        }
    }

    // What stands for itself has its NUL in the key, so that no longer text has it as its beginning.
    static byte[] KeyOf(TextSet set, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(TextSet.IsBeginning(text) ? text[..^1] : text + "\0");
        if (bytes.Length > TextKeyBytes - TextStart)
        {
            throw new FailureException(new Failure(FailureCode.BadInput, $"the text '{text}' has more than {TextKeyBytes - TextStart - 1} bytes, which fit into a record", "data/abi/texts.csv"));
        }
        var key = new byte[TextKeyBytes];
        BinaryPrimitives.WriteInt32LittleEndian(key, (TextStart - TextSetNumber + bytes.Length) * 8);
        key[TextSetNumber] = NumberOf(set.Name);
        bytes.CopyTo(key, TextStart);
        return key;
    }
}
