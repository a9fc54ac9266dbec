using System.Text.RegularExpressions;
using SyscallProbe.Tests;

namespace SyscallProbe.Core.Tests;

/// <summary>The arrows of src/README.md: Cli to Recording to Core and never back.</summary>
public sealed partial class ArchitectureTests
{
    [Theory]
    [InlineData("SyscallProbe.Core")]
    [InlineData("SyscallProbe.Recording", "SyscallProbe.Core")]
    [InlineData("SyscallProbe.Cli", "SyscallProbe.Recording")]
    public void A_project_refers_to_those_below_it_only(string project, params string[] allowed) =>
        ProjectReference().Matches(File.ReadAllText(Repo.PathOf("src", project, project + ".csproj"))).Select(match => match.Groups[1].Value)
            .Should().BeEquivalentTo(allowed);

    [Fact]
    public void Core_is_built_on_nothing_of_ours_and_calls_no_native_code()
    {
        typeof(Abi).Assembly.GetReferencedAssemblies().Select(reference => reference.Name).Should().NotContain(name => name!.StartsWith("SyscallProbe"))
            .And.NotContain("Tmds.LibC");
        SourcesOf("SyscallProbe.Core").Where(path => File.ReadAllText(path).Contains("Import(\"")).Should().BeEmpty("P/Invoke belongs to Recording");
    }

    [Fact]
    public void Unsafe_code_is_in_Recording_and_in_the_accessor_of_the_packed_image()
    {
        var others = SourcesOf("SyscallProbe.Core").Concat(SourcesOf("SyscallProbe.Cli")).Where(path => Unsafe().IsMatch(File.ReadAllText(path)));

        others.Select(Path.GetFileName).Should().BeEquivalentTo("PackedImage.cs");
    }

    [Fact]
    public void No_source_file_is_longer_than_500_lines() =>
        new[] { "src", "tests", "benchmarks" }.SelectMany(top => Directory.EnumerateFiles(Repo.PathOf(top), "*.cs", SearchOption.AllDirectories))
            .Where(path => !IsBuilt(path) && File.ReadLines(path).Count() > 500).Should().BeEmpty();

    static IEnumerable<string> SourcesOf(string project) =>
        Directory.EnumerateFiles(Repo.PathOf("src", project), "*.cs", SearchOption.AllDirectories).Where(path => !IsBuilt(path));

    static bool IsBuilt(string path) => path.Contains("/obj/") || path.Contains("/bin/");

    [GeneratedRegex("""<ProjectReference Include="[^"]*?([^/"]+)\.csproj""")]
    private static partial Regex ProjectReference();

    [GeneratedRegex(@"\bunsafe\b (?:class|struct|partial|readonly|static|sealed)|\bunsafe\b\s*\{|(?:class|sealed|static|readonly) unsafe\b")]
    private static partial Regex Unsafe();
}
