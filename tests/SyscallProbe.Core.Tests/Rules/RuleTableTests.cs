using CsCheck;
using SyscallProbe.Core.Tests.Assessment;
using SyscallProbe.Matrix;
using SyscallProbe.Rules;

namespace SyscallProbe.Core.Tests.Rules;

public sealed class RuleTableTests
{
    static readonly RuleTable s_table = new(PackedImage.Embedded);

    [Fact]
    public void What_the_dispatch_leaves_out_does_not_hold() => RandomTraces.Call.Sample(observation =>
    {
        var call = Call.Of(observation, 0);
        var (from, length) = s_table.RulesOf(call.Abi, call.Nr).GetOffsetAndLength(s_table.RuleCount);
        var found = s_table.RulesFor(call).ToArray().Select(rule => (int)rule).ToArray();

        return found.SequenceEqual(found.Order()) && found.All(rule => rule >= from && rule < from + length)
            && GvisorReleases.Known.All.All(release => s_table.RulesFor(call, release).ToArray().SequenceEqual(s_table.RulesFor(call).ToArray()
                .Where(rule => s_table.Rules[rule].Since <= release.Index && release.Index <= s_table.Rules[rule].Until)))
            && Enumerable.Range(from, length).Except(found).All(rule => RuleMatcher.Match(s_table, rule, call) == RuleMatch.No);
    }, iter: 1_000);

    [Fact]
    public void The_dispatch_leaves_few_rules_to_look_at()
    {
        var lengths = new List<int>();
        foreach (var query in new[] { "ioctl,cmd=TCGETS,fd=tty", "setsockopt,level=SOL_TCP,optname=TCP_NODELAY", "prctl,option=PR_SET_NAME", "fcntl,cmd=F_GETFL" })
        {
            lengths.Add(s_table.RulesFor(CallQuery.Parse(query, Abi.Amd64).Call, GvisorReleases.Known.Newest).Length);
        }
        lengths.Should().OnlyContain(length => length > 0 && length < 20);
    }

    [Fact]
    public void A_damaged_table_is_refused_or_read_within_its_bounds()
    {
        var image = PackedImage.Embedded;
        var whole = image.Blob(RuleTable.BlobName).Span.ToArray();
        Gen.Select(Gen.OneOf(Gen.Int[0, 64], Gen.Int[0, whole.Length - 1]), Gen.Byte, Gen.OneOf(Gen.Const(whole.Length), Gen.Int[0, whole.Length])).Sample((at, value, length) =>
        {
            var bytes = whole.ToArray();
            bytes[at] ^= value;
            try
            {
                var table = new RuleTable(image, PackedBytesOf(bytes.AsSpan(0, length).ToArray()));
                foreach (var syscall in Syscalls.All(Abi.Amd64))
                {
                    var call = new Call { Abi = Abi.Amd64, Nr = syscall.Nr, Syscall = syscall.Name, Capabilities = 0 };
                    foreach (var rule in table.RulesFor(call)) _ = RuleMatcher.Match(table, rule, call);
                    foreach (var rule in table.RulesFor(call, new Release(7))) _ = RuleMatcher.Match(table, rule, call);
                }
            }
            catch (FailureException)
            {
            }
        }, iter: 300);
    }

    static PackedBytes PackedBytesOf(byte[] blob)
    {
        var packer = new Packer();
        packer.AddBlob("blob", blob);
        return PackedImage.Open(packer.Pack()).Blob("blob");
    }
}
