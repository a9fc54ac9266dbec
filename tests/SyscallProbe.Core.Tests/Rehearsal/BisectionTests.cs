using CsCheck;
using SyscallProbe.Rehearsal;

namespace SyscallProbe.Core.Tests.Rehearsal;

public sealed class BisectionTests
{
    [Fact]
    public void A_pair_among_forty_is_named_within_thirty_runs_for_twenty_seeds()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            var pair = Enumerable.Range(0, 40).OrderBy(_ => random.Next()).Take(2).Order().ToArray();

            var result = Bisection.Find(40, set => pair.All(set.Contains), 30);

            result.Breaking.Should().ContainSingle($"seed {seed}").Which.Should().Equal(pair);
            result.IsComplete.Should().BeTrue();
            result.Runs.Should().BeLessThanOrEqualTo(15);
        }
    }

    [Fact]
    public void Whatever_sets_break_it_the_rest_does_not_and_each_set_is_minimal_and_nothing_is_tried_twice() =>
        Gen.Select(Gen.Int[1, 60], Gen.Int[0, 59].HashSet[1, 3].List[1, 3]).Sample((count, sets) =>
        {
            var breaking = sets.Select(set => set.Select(index => index % count).ToHashSet()).ToArray();
            var tried = new HashSet<string>();
            bool Breaks(IReadOnlyList<int> set) => breaking.Any(it => it.All(set.Contains));

            var result = Bisection.Find(count, set =>
            {
                tried.Add(string.Join(',', set)).Should().BeTrue();
                set.Should().BeInAscendingOrder();
                return Breaks(set);
            }, int.MaxValue);

            result.IsComplete.Should().BeTrue();
            result.Runs.Should().Be(tried.Count);
            result.Breaking.All(set => Breaks(set) && set.All(index => !Breaks(set.Remove(index)))).Should().BeTrue();
            Breaks(Enumerable.Range(0, count).Except(result.Breaking.SelectMany(set => set)).ToArray()).Should().BeFalse();
        });

    [Fact]
    public void What_the_runs_do_not_suffice_for_is_said_and_what_is_left_still_breaks_it() =>
        Gen.Select(Gen.Int[0, 39], Gen.Int[0, 39], Gen.Int[0, 14]).Sample((a, b, most) =>
        {
            var result = Bisection.Find(40, set => set.Contains(a) && set.Contains(b), most);

            result.Runs.Should().BeLessThanOrEqualTo(most);
            if (result.IsComplete) result.Breaking.Should().ContainSingle().Which.Should().BeEquivalentTo(new[] { a, b }.Distinct());
            else if (!result.Breaking.IsEmpty) result.Breaking[^1].Should().Contain([a, b]);
        });
}
