using System.Text.Json;
using System.Text.RegularExpressions;
using Serverless.Infra.Tests.Templates;

namespace Serverless.Infra.Tests.Monitoring;

/// <summary>The workbook asks for what the app sends.</summary>
public partial class WorkbookTests(CompiledTemplates templates) : IClassFixture<CompiledTemplates>
{
    private static readonly JsonElement Workbook = JsonElement.Parse(File.ReadAllText(TestFiles.InRepository("infra", "workbook.json")));

    [Fact]
    public void EveryMetricIsShown() => Assert.Equal(
        Instruments.Names.Order(), Queries().SelectMany(query => Metric().Matches(query)).Select(match => match.Groups[1].Value).Distinct().Order());

    [Fact]
    public void TheTemplateDeploysThisWorkbookForTheWorkspace()
    {
        var workbook = Assert.Single(templates.OfType("Microsoft.Insights/workbooks"));

        Assert.Equal("shared", workbook.GetProperty("kind").GetString());
        Assert.Equal("[parameters('workspaceId')]", workbook.GetProperty("properties").GetProperty("sourceId").GetString());
        Assert.Equal("WORKSPACE", Assert.Single(Workbook.GetProperty("fallbackResourceIds").EnumerateArray()).GetString());
    }

    [Theory]
    [InlineData("gpu-t4")]
    [InlineData("gpu-a100")]
    [InlineData("cpu")]
    [InlineData("flex")]
    [InlineData("private")]
    public void EveryHostingHasTheWorkbook(string hosting) =>
        Assert.Equal("Image classifier", CompiledTemplates.Predicted(hosting, "Microsoft.Insights/workbooks").GetProperty("properties").GetProperty("displayName").GetString());

    private static IEnumerable<string> Queries() => Workbook.GetProperty("items").EnumerateArray()
        .Where(item => item.GetProperty("type").GetInt32() == 3).Select(item => item.GetProperty("content").GetProperty("query").GetString()!);

    [GeneratedRegex("Name == '(classifier[a-z.]+)'")]
    private static partial Regex Metric();
}
