using SyscallProbe.Cli.Options;
using SyscallProbe.Cli.Output;
using SyscallProbe.Cli.Verbs;

namespace SyscallProbe.Cli.Tests.Options;

public sealed class OptionTableTests
{
    public static TheoryData<string> Rows => new(OptionTable.All.Select(row => row.Long));

    public static TheoryData<string> Verbs => new(VerbTable.All.Select(verb => verb.Name));

    [Fact]
    public void No_name_is_used_twice() =>
        OptionTable.All.SelectMany(row => row.Short is null ? [row.Long] : new[] { row.Long, row.Short }).Should().OnlyHaveUniqueItems();

    [Theory, MemberData(nameof(Rows))]
    public void A_row_takes_a_value_exactly_when_it_names_one(string name)
    {
        var row = Row(name);

        row.IsSwitch.Should().Be(row is OptionSpec<bool>);
        row.Example.Should().MatchRegex($@"^{row.Long}{(row.IsSwitch ? "$" : " .+")}");
        (row.IsSwitch && (row.IsRepeatable || row.Choices.Count > 0 || row.Default is not null)).Should().BeFalse("a switch is on or off");
    }

    [Theory, MemberData(nameof(Rows))]
    public void A_row_is_read_by_some_verb(string name) =>
        (VerbTable.All.Any(verb => OptionTable.Of(verb).Contains(Row(name))) || OptionTable.Root.Contains(Row(name))).Should().BeTrue();

    [Theory, MemberData(nameof(Rows))]
    public void Texts_keep_the_house_style(string name)
    {
        var row = Row(name);

        row.Summary.Should().NotEndWith(".").And.MatchRegex("^[a-z0-9]");
        row.Details.Should().EndWith(".").And.MatchRegex("^[A-Z]");
    }

    [Theory, MemberData(nameof(Rows))]
    public void Default_and_example_are_values_that_the_row_reads(string name)
    {
        var row = Row(name);
        var value = row.Example[row.Long.Length..].Trim().Trim('\'', '"');

        row.Invoking(spec => spec.ReadValue(row.IsSwitch ? "true" : value)).Should().NotThrow();
        if (row.Default is { } text) row.Invoking(spec => spec.ReadValue(text)).Should().NotThrow();
        foreach (var choice in row.Choices) row.Invoking(spec => spec.ReadValue(choice)).Should().NotThrow();
    }

    [Theory, MemberData(nameof(Verbs))]
    public void Long_help_has_each_option_with_default_example_and_variable(string name)
    {
        var verb = VerbTable.All.First(verb => verb.Name == name);
        var help = Collapsed(HelpOf(verb, Request.LongHelp));

        foreach (var row in OptionTable.Of(verb))
        {
            help.Should().Contain(row.Usage).And.Contain(Collapsed(row.Details)).And.Contain("Example: " + row.Example);
            help.Should().Contain($"Default: {OptionTable.DefaultOf(row, verb) ?? row.DefaultNote ?? (row.IsSwitch ? "off" : "none")}.");
            if (row.HasEnvironment) help.Should().Contain(row.EnvironmentName);
        }
    }

    [Theory, MemberData(nameof(Verbs))]
    public void Short_help_fits_one_screen(string name)
    {
        var lines = HelpOf(VerbTable.All.First(verb => verb.Name == name), Request.ShortHelp).TrimEnd('\n').Split('\n');

        lines.Length.Should().BeLessThanOrEqualTo(60);
        lines.Should().OnlyContain(line => line.Length <= HelpText.Width);
    }

    [Theory, MemberData(nameof(Verbs))]
    public void Long_help_fits_79_columns(string name) =>
        HelpOf(VerbTable.All.First(verb => verb.Name == name), Request.LongHelp).Split('\n').Should().OnlyContain(line => line.Length <= HelpText.Width);

    [Theory]
    [InlineData("-h")]
    [InlineData("--help")]
    public void Help_of_the_program_has_every_verb_and_exit_code(string option)
    {
        var (exit, help, error) = TestHost.Run([option]);

        (exit, error).Should().Be((0, ""));
        help.Split('\n').Should().OnlyContain(line => line.Length <= HelpText.Width);
        foreach (var verb in VerbTable.All) help.Should().Contain($"  {verb.Name} ").And.Contain(verb.Summary);
        foreach (var code in Enum.GetValues<ExitCode>()) help.Should().Contain($"  {(int)code}  ");
    }

    [Fact]
    public void Every_variable_stands_in_the_help_of_the_program()
    {
        var help = TestHost.Run(["--help"]).Out;

        OptionTable.All.Where(row => row.HasEnvironment).Should().OnlyContain(row => help.Contains(row.EnvironmentName + " "));
    }

    [Fact]
    public void Every_verb_of_two_words_has_its_group() =>
        VerbTable.All.Where(verb => verb.Name.Contains(' ')).Select(verb => verb.Name.Split(' ')[0]).Distinct()
            .Should().BeEquivalentTo(VerbTable.Groups.Select(group => group.Name));

    [Theory, MemberData(nameof(Verbs))]
    public void Examples_of_a_verb_parse(string name)
    {
        var verb = VerbTable.All.First(verb => verb.Name == name);

        verb.Examples.Should().NotBeEmpty();
        foreach (var example in verb.Examples)
        {
            RawArgs.Parse(Words(example)).Verb.Should().Be(verb);
            Settings.Resolve(RawArgs.Parse(Words(example)), new Dictionary<string, string>(), _ => null).Verb.Should().Be(verb);
        }
    }

    static OptionSpec Row(string name) => OptionTable.All.First(row => row.Long == name);

    static string HelpOf(Verb verb, Request request) => HelpText.For(new RawArgs(request, verb.Name, verb, new Dictionary<OptionSpec, IReadOnlyList<string>>(), [], []));

    static string Collapsed(string text) => string.Join(' ', text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));

    static string[] Words(string line) => [.. SyscallProbe.Recording.Bundle.CommandWords.Split(line, "an example")];
}
