namespace SyscallProbe.Doctor;

/// <summary>One thing that was looked at.</summary>
/// <param name="Check">What was looked at: <c>handler</c>.</param>
/// <param name="Case">What was found: <c>no-type</c>; with the check it names a row of <c>data/kubernetes/doctor.csv</c>, or an event of <c>pod-events.csv</c>.</param>
/// <param name="Runtime"><c>gvisor</c>, <c>kata</c>, or empty for what concerns whatever runs here.</param>
/// <param name="What">A sentence without its full stop. It quotes names and messages of others, unescaped.</param>
/// <param name="Evidence">What was seen, and where; empty where the sentence says it all.</param>
/// <param name="Fix">What to type or change; null where nothing is to be done.</param>
/// <param name="Source">Where the fact behind it stands; null where it needs none.</param>
public sealed record DoctorLine(string Check, string Case, string Runtime, DoctorStatus Status, string What, string Evidence, string? Fix, string? Source);
