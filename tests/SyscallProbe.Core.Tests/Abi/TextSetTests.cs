using System.Text;
using CsCheck;
using SyscallProbe.Core.Tests.Traces;
using SyscallProbe.Matrix;
using SyscallProbe.Rules;
using SyscallProbe.Traces;

namespace SyscallProbe.Core.Tests.AbiTables;

public sealed class TextSetTests
{
    static readonly TextSet s_xattrs = Constants.Known.TextSets["xattr_name"], s_types = Constants.Known.TextSets["fs_type"];

    static readonly TextSet[] s_sets = [.. Constants.Known.TextSets.Values];

    [Theory]
    [InlineData("user.foo", "user.*")]
    [InlineData("user.", "user.*")]
    [InlineData("user", "*")]
    [InlineData("User.foo", "*")]
    [InlineData("user.overlay.opaque", "user.overlay.*")]
    [InlineData("security.capability", "security.capability")]
    [InlineData("security.capability2", "security.*")]
    [InlineData("security.capabilit", "security.*")]
    [InlineData("system.posix_acl_access", "system.posix_acl_access")]
    [InlineData("", "")]
    [InlineData("NULL", "*")] // a program may give anything
    [InlineData("user.\u001b]0;x", "user.*")]
    public void A_text_is_of_the_class_that_fits_the_most_of_it(string text, string expected) =>
        s_xattrs.TextOf(s_xattrs.ValueOf(text)).Should().Be(expected);

    [Fact]
    public void A_value_that_is_no_class_has_no_text()
    {
        s_types.TextOf((ulong)s_types.Classes.Length).Should().Be("xfs");
        s_types.TextOf((ulong)s_types.Classes.Length + 1).Should().BeNull();
        s_types.TextOf(ulong.MaxValue).Should().BeNull();
    }

    [Fact]
    public void Every_text_agrees_with_a_plain_search_and_its_class_reads_back() =>
        Gen.Select(Gen.Int[0, s_sets.Length - 1].Select(i => s_sets[i]), Gen.Int[0, 1000], Gen.Int[0, 30], Gen.String[Gen.Char["a.*_\u00e9"], 0, 5]).Sample((set, pick, length, rest) =>
        {
            var known = set.Classes[pick % set.Classes.Length];
            var text = known[..Math.Min(length, known.Length)] + rest;
            var plain = set.Classes.Where(name => name == text || (name.EndsWith('*') && text.StartsWith(name[..^1], StringComparison.Ordinal)))
                .OrderByDescending(name => name == text).ThenByDescending(name => name.Length).First();

            var value = set.ValueOf(text);

            return set.TextOf(value) == plain && set.ValueOf(plain) == value;
        }, iter: 20_000);

    [Theory]
    [InlineData("name=security.*", "security.capability", true)]
    [InlineData("name=security.*", "security.none", true)]
    [InlineData("name=security.*", "system.none", false)]
    [InlineData("name=security.capability", "security.none", false)]
    [InlineData("name=security.capability", "security.capability", true)]
    [InlineData("!name=user.*", "user.overlay.none", false)]
    [InlineData("!name=user.*", "trusted.none", true)]
    [InlineData("name=*", "none", true)]
    [InlineData("name=*", "security.capability", true)]
    [InlineData("name=*", "", true)]
    [InlineData("name=*", "NULL", false)]
    [InlineData("name==security.*", "security.none", true)]
    [InlineData("name==security.*", "security.capability", false)]
    [InlineData("name==*", "none", true)]
    [InlineData("name==*", "user.none", false)]
    [InlineData("name=NULL", "NULL", true)]
    [InlineData("name=", "", true)]
    [InlineData("name=", "none", false)]
    public void A_condition_means_all_classes_that_begin_so(string condition, string text, bool holds) =>
        TermParser.Parse(condition, KeyArguments.Of("getxattr"), Constants.Known, Abi.Amd64, out _)!.Single().Holds(s_xattrs.Parse(text)).Should().Be(holds);

    [Fact]
    public void A_condition_covers_exactly_the_classes_with_its_beginning() =>
        Gen.Select(Gen.Int[0, s_sets.Length - 1].Select(i => s_sets[i]), Gen.Int[0, 1000], Gen.Int[0, 1000]).Sample((set, first, second) =>
        {
            var (pattern, other) = (set.Classes[first % set.Classes.Length], set.Classes[second % set.Classes.Length]);
            var value = set.ValueOf(other);

            return set.TryRange(pattern, out var low, out var high)
                && (low <= value && value <= high) == (pattern.EndsWith('*') ? other.StartsWith(pattern[..^1], StringComparison.Ordinal) : other == pattern);
        });

    [Theory]
    [InlineData("name=user.foo")]
    [InlineData("name=user.f*")]
    [InlineData("name==user.foo")]
    [InlineData("name&user.*")]
    public void A_condition_that_no_call_could_be_told_by_is_refused(string condition)
    {
        TermParser.Parse(condition, KeyArguments.Of("getxattr"), Constants.Known, Abi.Amd64, out var wrong).Should().BeNull();

        wrong.Should().Be($"'{condition}' has a text that is no class of the set 'xattr_name' in data/abi/texts.csv");
    }

    [Fact]
    public void A_trace_has_the_class_and_takes_any_text_for_its_class()
    {
        var trace = TraceJsonTests.Sample with
        {
            Observations = [new Observation(Abi.Amd64, new Nr(165), [new Argument("type", s_types.ValueOf("tmpfs")), new Argument("flags", 1)], null, Result.Success, Phase.Startup, 5, ["/bin/a"])],
        };
        var text = Encoding.UTF8.GetString(TraceJson.Write(trace));

        text.Should().Contain("\"type\": \"tmpfs\",\n        \"flags\": \"MS_RDONLY\"");
        Encoding.UTF8.GetString(TraceJson.Write(TraceJson.Read(Encoding.UTF8.GetBytes(text), "a"))).Should().Be(text);
        TraceJson.Read(Encoding.UTF8.GetBytes(text.Replace("\"tmpfs\"", "\"zfs\"", StringComparison.Ordinal)), "a").Observations.Single().Arguments[0].Value.Should().Be(s_types.ValueOf("*"));
    }

    [Theory]
    [InlineData("mount,type=ext4", 2)]
    [InlineData("mount,filesystemtype=ext4,flags=MS_RDONLY", 2)]
    [InlineData("mount,arg2=ext4", 2)]
    public void A_query_has_the_text_by_any_name_of_the_argument(string query, int known)
    {
        var call = CallQuery.Parse(query, Abi.Amd64).Call;

        call[0].Should().Be(s_types.ValueOf("ext4"));
        Enumerable.Range(0, Call.Slots).Count(call.Knows).Should().Be(known, "flags that are not given are none");
        CallQuery.Parse("mount", Abi.Amd64).Call.Knows(0).Should().BeFalse();
    }

    [Fact]
    public void A_set_that_leaves_texts_without_a_class_is_refused()
    {
        var packer = new Packer();
        packer.AddRows("abi/texts", ["set", "text", "source"], [["colour", "red", ""]]);
        var loading = () => TextSet.Load(PackedImage.Open(packer.Pack()).Table("abi/texts"));

        loading.Should().Throw<FailureException>().Which.Failure.What.Should().Be("the set 'colour' has no row '*' for the texts that none of its other rows fits");
    }
}
