namespace SyscallProbe.Core.Tests.Report;

public sealed class CsvTests
{
    [Theory]
    [InlineData("=1+1")]
    [InlineData("+1")]
    [InlineData("-1")]
    [InlineData("@SUM(A1)")]
    [InlineData("＝1")]
    public void No_cell_is_a_formula(string path)
    {
        var target = SampleReport.Value.Targets[0];

        var text = Rendering.Of("csv", SampleReport.Value with { Targets = [target with { Findings = [target.Findings[0] with { Path = path, Executables = [path], Remedy = path }] }] });

        text.Should().Contain($",'{path},").And.NotContain($",{path}");
    }

    [Fact]
    public void A_line_is_a_finding() => Rendering.Of("csv", SampleReport.Value).TrimEnd('\n').Split('\n').Should().HaveCount(1 + SampleReport.Value.Targets.Sum(target => target.Findings.Length));
}
