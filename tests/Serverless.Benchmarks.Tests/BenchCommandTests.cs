namespace Serverless.Benchmarks.Tests;

public class BenchCommandTests
{
    [Fact]
    public void WithoutAListEverythingIsMeasured() => Assert.Equal(Enum.GetValues<Part>(), BenchCommand.Parse(null).Parts.Order());

    [Fact]
    public void AListNamesParts() => Assert.Equal([Part.Cold, Part.Decode], BenchCommand.Parse("cold,decode").Parts.Order());

    [Theory]
    [InlineData("cold,warm", "'warm'")]
    [InlineData("1", "'1'")]
    [InlineData("", "''")]
    public void AnUnknownPartIsRefusedByItsName(string list, string named)
    {
        Assert.Contains(named, BenchCommand.Parse(list).Problem, StringComparison.Ordinal);
        Assert.NotEmpty(BenchCommand.Create().Parse(["--only", list]).Errors);
    }
}
