using SyscallProbe.Recommend;
using SyscallProbe.Report;

namespace SyscallProbe.Core.Tests.Assessment;

public sealed class RecommenderTests
{
    static TargetReport Report(string target, string verdict) =>
        new(target, Enum.Parse<Verdict>(verdict, ignoreCase: true), null, ["a reason"], []);

    [Theory]
    [InlineData("trusted", "compatible", "compatible", "runc")]
    [InlineData("untrusted", "compatible", "compatible", "gvisor")]
    [InlineData("untrusted", "caveats", "compatible", "gvisor")]
    [InlineData("untrusted", "inconclusive", "compatible", "kata")]
    [InlineData("untrusted", "inconclusive", "inconclusive", "none")]
    [InlineData("multi-tenant", "compatible", "compatible", "kata")]
    [InlineData("multi-tenant", "compatible", "inconclusive", "gvisor")]
    [InlineData("compliance", "compatible", "inconclusive", "none")]
    public void Policy_decides_by_trust_and_verdicts(string trust, string gvisor, string kata, string runtime) =>
        Recommender.Recommend([Report("gvisor@r", gvisor), Report("kata@r", kata)], trust, new HostFacts(null)).Runtime.Should().Be(runtime);

    [Fact]
    public void Every_combination_of_the_policy_has_an_answer()
    {
        string[] verdicts = ["compatible", "caveats", "inconclusive"];
        foreach (var trust in Trusts.All)
        {
            foreach (var gvisor in verdicts)
            {
                foreach (var kata in verdicts)
                {
                    Recommender.Recommend([Report("gvisor@r", gvisor), Report("kata@r", kata)], trust, new HostFacts(null)).Reasons.Should().HaveCount(3);
                }
                Recommender.Recommend([Report("gvisor@r", gvisor)], trust, new HostFacts(null)).Reasons.Should().HaveCount(2);
            }
            Recommender.Recommend([], trust, new HostFacts(null)).Runtime.Should().BeOneOf("none", "runc");
        }
    }

    [Fact]
    public void A_host_without_kvm_is_a_caveat_of_kata_alone()
    {
        Recommender.Recommend([Report("kata@r", "compatible")], "untrusted", new HostFacts(false)).Caveats.Should().ContainSingle().Which.Should().Contain("/dev/kvm");
        Recommender.Recommend([Report("gvisor@r", "compatible")], "untrusted", new HostFacts(false)).Caveats.Should().BeEmpty();
    }

    [Fact]
    public void An_unknown_trust_is_refused_with_the_choices()
    {
        var asking = () => Recommender.Recommend([], "friendly", new HostFacts(null));

        asking.Should().Throw<FailureException>().Which.Failure.Fix.Should().Be("one of untrusted, trusted, multi-tenant, compliance");
    }
}
