using System.Text.RegularExpressions;

namespace Serverless.Infra.Tests.Pipelines;

/// <summary>docs/deploy.md names what is there.</summary>
public partial class DeployPageTests
{
    private static readonly string Page = File.ReadAllText(TestFiles.InRepository("docs", "deploy.md"));

    public static TheoryData<string> Settings =>
    [
        .. Variable().Matches(File.ReadAllText(TestFiles.InRepository("infra", "main.bicepparam"))).Select(match => match.Groups[1].Value)
            .Where(name => name != "SERVICE_CLASSIFIER_IMAGE_NAME"),
    ];

    public static TheoryData<string> Files => [.. Path().Matches(Page).Select(match => match.Groups[1].Value).Distinct()];

    [Theory]
    [MemberData(nameof(Settings))]
    public void EverySettingIsExplained(string setting) => Assert.Contains($"`{setting}`", Page, StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Files))]
    public void EveryFileOfThePageIsThere(string file) => Assert.NotEmpty(
        Directory.EnumerateFiles(TestFiles.InRepository(System.IO.Path.GetDirectoryName(file)!), System.IO.Path.GetFileName(file)));

    [Theory]
    [InlineData("gpu-t4", "8 cores, 56 GiB")]
    [InlineData("gpu-a100", "24 cores, 220 GiB")]
    [InlineData("cpu", "4 cores, 8 GiB")]
    public void EveryHostingIsInTheTableWithItsProfile(string hosting, string profile)
    {
        var row = Page.Split('\n').Single(line => line.StartsWith($"| `{hosting}` |", StringComparison.Ordinal));
        var template = File.ReadAllText(TestFiles.InRepository("infra", "modules", "profiles.bicep")).Split('\n')
            .Single(line => line.TrimStart(' ', '\'').StartsWith(hosting, StringComparison.Ordinal));
        Assert.Contains(profile, row, StringComparison.Ordinal);
        var numbers = Number().Matches(profile).Select(match => match.Value).ToList();
        Assert.Contains($"cpu: '{numbers[0]}', memory: '{numbers[1]}Gi'", template, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"readEnvironmentVariable\('(\w+)'")]
    private static partial Regex Variable();

    [GeneratedRegex(@"`((?:infra|\.github)/[\w./*-]+)`")]
    private static partial Regex Path();

    [GeneratedRegex(@"\d+")]
    private static partial Regex Number();
}
