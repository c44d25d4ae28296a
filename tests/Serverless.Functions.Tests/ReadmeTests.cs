using System.Reflection;
using System.Text.RegularExpressions;
using Serverless.Classifier;
using Serverless.Classifier.Errors;
using Serverless.Functions.Errors;
using Serverless.Functions.Patience;
using Serverless.Functions.Storage;
using Serverless.Functions.Telemetry;

namespace Serverless.Functions.Tests;

/// <summary>What the README says of the app is what the app does.</summary>
public partial class ReadmeTests
{
    private static readonly string Readme = File.ReadAllText(TestFiles.InRepository("README.md"));

    [Fact]
    public void EveryErrorCodeStandsBesideItsStatusAndNoOther()
    {
        var documented = Rows("| status | codes |").SelectMany(row => Code().Matches(row).Select(code => (Status: Status().Match(row).Value, Code: code.Groups[1].Value)))
            .Where(row => row.Code != "Retry-After");
        var real = new[] { typeof(ErrorKind), typeof(FunctionErrors) }
            .SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Static))
            .Select(field => field.GetValue(null)).OfType<ErrorKind>()
            .Select(kind => (Status: $"{kind.HttpStatus}", kind.Code));

        Assert.Equal(real.Order(), documented.Order());
    }

    [Fact]
    public void EverySettingIsListedWithItsDefault()
    {
        var rows = Rows("| setting | default | |");
        object[] options = [new ClassifierOptions(), new StorageOptions(), new PatienceOptions(), new TelemetryOptions()];
        foreach (var (prefix, holder) in options.Select(holder => (holder is ClassifierOptions ? "Classifier__" : "", holder)))
        {
            foreach (var setting in holder.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
            {
                var row = Assert.Single(rows, row => row.Split('|')[1].Contains($"`{prefix}{setting.Name}`", StringComparison.Ordinal));
                var byDefault = FormattableString.Invariant($"{setting.GetValue(holder)}");
                Assert.Contains(byDefault.ToLowerInvariant(), Words().Matches(row.Split('|')[2].ToLowerInvariant()).Select(word => word.Value));
            }
        }
    }

    [Fact]
    public void EveryLinkedFileIsThere() =>
        Assert.All(
            Link().Matches(Readme).Select(link => link.Groups[1].Value).Where(target => !target.Contains("://", StringComparison.Ordinal)),
            target => Assert.True(Path.Exists(TestFiles.InRepository(target)), target));

    private static string[] Rows(string header) =>
        [.. Readme.Split('\n').SkipWhile(line => line != header).Skip(2).TakeWhile(line => line.StartsWith('|'))];

    [GeneratedRegex("`([A-Za-z_-]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"\d{3}")]
    private static partial Regex Status();

    [GeneratedRegex("[a-z0-9.-]+")]
    private static partial Regex Words();

    [GeneratedRegex(@"\]\(([^)#]+)\)")]
    private static partial Regex Link();
}
