using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Serverless.Infra.Tests.Pipelines;

/// <summary>azure.yaml and the parameters say what azd and the hooks rely on.</summary>
public partial class AzdTests
{
    private static YamlMappingNode AzureYaml => WorkflowTests.Load(TestFiles.InRepository("azure.yaml"));

    [Fact]
    public void TheNameIsOneThatAzdAccepts() =>
        // The pattern of azd's schema (Azure/azure-dev, schemas/v1.0/azure.yaml.json).
        Assert.Matches("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", AzureYaml.Children["name"].ToString());

    [Fact]
    public void TheTemplateThatAzdDeploysIsThere()
    {
        var infra = (YamlMappingNode)AzureYaml.Children["infra"];
        Assert.Equal("bicep", infra.Children["provider"].ToString());
        Assert.True(File.Exists(TestFiles.InRepository(infra.Children["path"].ToString(), $"{infra.Children["module"]}.bicepparam")));
    }

    [Theory]
    [InlineData("preprovision", "posix", "sh")]
    [InlineData("preprovision", "windows", "pwsh")]
    [InlineData("postprovision", "posix", "sh")]
    [InlineData("postprovision", "windows", "pwsh")]
    public void EveryHookIsThere(string hook, string system, string shell)
    {
        var entry = (YamlMappingNode)((YamlMappingNode)((YamlMappingNode)AzureYaml.Children["hooks"]).Children[hook]).Children[system];
        Assert.Equal(shell, entry.Children["shell"].ToString());
        Assert.True(File.Exists(TestFiles.InRepository(entry.Children["run"].ToString())));
    }

    [Fact]
    public void EveryParameterOfTheTemplateCanBeSet()
    {
        var template = ParameterDeclaration().Matches(File.ReadAllText(TestFiles.InRepository("infra", "main.bicep"))).Select(match => match.Groups[1].Value);
        var parameters = ParameterAssignment().Matches(File.ReadAllText(TestFiles.InRepository("infra", "main.bicepparam"))).Select(match => match.Groups[1].Value);
        Assert.Equal(template.Order(), parameters.Order());
    }

    [Theory]
    [InlineData("postprovision.sh")]
    [InlineData("postprovision.ps1")]
    public void EveryVariableThatAHookReadsIsAnOutputOrSomebodysSetting(string hook)
    {
        string[] others =
        [
            "AZURE_ENV_NAME", "AZURE_SUBSCRIPTION_ID", "SERVICE_CLASSIFIER_IMAGE_NAME", "BLOBS_EXTENSION_KEY",
            "PARAMETERS", "POLL_SECONDS", "POLL_TRIES", "IMAGE_TAG", "IMAGE_BUILDER", "GITHUB_ACTIONS",
        ];
        var outputs = Output().Matches(File.ReadAllText(TestFiles.InRepository("infra", "main.bicep"))).Select(match => match.Groups[1].Value);
        var read = Variable().Matches(File.ReadAllText(TestFiles.InRepository("infra", "hooks", hook))).Select(match => match.Value);
        Assert.NotEmpty(read);
        Assert.Empty(read.Except(outputs.Concat(others)));
    }

    [Theory]
    [InlineData(".vscode/extensions.json")]
    [InlineData(".vscode/launch.json")]
    [InlineData(".vscode/settings.json")]
    [InlineData(".vscode/tasks.json")]
    [InlineData(".devcontainer/devcontainer.json")]
    [InlineData(".config/dotnet-tools.json")]
    public void TheFileIsJson(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(TestFiles.InRepository(file)));
        Assert.Equal(JsonValueKind.Object, json.RootElement.ValueKind);
    }

    [GeneratedRegex(@"(?m)^param (\w+)")]
    private static partial Regex ParameterDeclaration();

    [GeneratedRegex(@"(?m)^param (\w+) =")]
    private static partial Regex ParameterAssignment();

    [GeneratedRegex(@"(?m)^output (\w+)")]
    private static partial Regex Output();

    [GeneratedRegex(@"\b(?!BASH_)[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b")]
    private static partial Regex Variable();
}
