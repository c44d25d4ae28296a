using System.Text.RegularExpressions;
using Serverless.Infra.Tests.Templates;

namespace Serverless.Infra.Tests.Monitoring;

/// <summary>docs/runbook.md speaks of the alerts and metrics that there are.</summary>
public partial class RunbookTests
{
    private static readonly string Page = File.ReadAllText(TestFiles.InRepository("docs", "runbook.md"));

    [Fact]
    public void EveryAlertHasASectionAndEverySectionItsAlert()
    {
        var alerts = CompiledTemplates.Predicted("private")
            .Where(resource => resource.GetProperty("type").GetString() is "Microsoft.Insights/scheduledQueryRules" or "Microsoft.Insights/metricAlerts")
            .Select(resource => resource.GetProperty("name").GetString()!).Select(name => name[..name.LastIndexOf('-')]);

        Assert.Equal(alerts.Order(), Heading().Matches(Page).Select(match => match.Groups[1].Value).Order());
    }

    [Fact]
    public void EveryMetricIsInTheTable() => Assert.Equal(
        Instruments.Names.Order(), MetricRow().Matches(Page).Select(match => match.Groups[1].Value).Order());

    [Fact]
    public void EveryLinkLeadsToAFileOrAHeading()
    {
        var headings = AnyHeading().Matches(Page).Select(match => "#" + match.Groups[1].Value.ToLowerInvariant().Replace(' ', '-'));
        Assert.All(Link().Matches(Page).Select(match => match.Groups[1].Value), target => Assert.True(
            target[0] == '#' ? headings.Contains(target) : File.Exists(TestFiles.InRepository("docs", target)), target));
    }

    [GeneratedRegex("^## `([a-z-]+)`:", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("^## (.+)$", RegexOptions.Multiline)]
    private static partial Regex AnyHeading();

    [GeneratedRegex(@"^\| `(classifier\.[a-z.]+)` \|", RegexOptions.Multiline)]
    private static partial Regex MetricRow();

    [GeneratedRegex(@"\]\(([^):]+)\)")]
    private static partial Regex Link();
}
