using System.Globalization;

namespace SyscallProbe.Probe;

/// <summary>What a case gave, as <c>probe.c</c> prints it: a word and numbers.</summary>
/// <param name="Word"><c>ok</c>, <c>errno</c>, <c>prepare</c>, <c>signal</c>, <c>replaced</c> or <c>timeout</c>; <c>absent</c> where the run ended before it.</param>
/// <param name="Step">Of <c>prepare</c>: the step that failed.</param>
/// <param name="Number">The value, errno or signal.</param>
public readonly record struct ProbeOutcome(string Word, int Step, long Number)
{
    public static readonly ProbeOutcome Absent = new("absent", 0, 0);

    public bool IsSuccess => Word is "ok" or "replaced";

    public Errno? Errno => Word == "errno" ? new Errno((int)Number) : null;

    /// <summary>Whether the call itself was made and is known to have ended: crashes and hangs count.</summary>
    public bool IsMeasured => Word is not ("prepare" or "absent" or "malformed");

    public override string ToString() => Word switch
    {
        "ok" or "replaced" => "works",
        "errno" => $"fails {Errno}",
        "prepare" => $"not reached: step {Step} fails {new Errno((int)Number)}",
        "signal" => $"killed by signal {Number}",
        "timeout" => "no answer",
        _ => "not run",
    };

    /// <summary>The outcomes of a run by id; lines that are none are passed over, since a crashing program may print half a line.</summary>
    public static Dictionary<string, ProbeOutcome> Parse(string output)
    {
        var outcomes = new Dictionary<string, ProbeOutcome>(StringComparer.Ordinal);
        foreach (var line in output.Split('\n'))
        {
            var words = line.Trim().Split(' ');
            long Number(int index) => index < words.Length && long.TryParse(words[index], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0;
            if (words.Length < 2) continue;
            outcomes[words[0]] = words[1] == "prepare" ? new ProbeOutcome(words[1], (int)Number(2), Number(3)) : new ProbeOutcome(words[1], 0, Number(2));
        }
        return outcomes;
    }
}
