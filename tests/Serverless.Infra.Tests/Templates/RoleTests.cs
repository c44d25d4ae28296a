using System.Text.Json;

namespace Serverless.Infra.Tests.Templates;

/// <summary>Rights are given on single resources, under names that a second deployment finds again.</summary>
public class RoleTests(CompiledTemplates templates) : IClassFixture<CompiledTemplates>
{
    private IEnumerable<JsonElement> Assignments => templates.OfType("Microsoft.Authorization/roleAssignments");

    [Fact]
    public void EveryAssignmentIsScopedToAResource()
    {
        Assert.NotEmpty(Assignments);
        Assert.All(Assignments, assignment => Assert.Contains("resourceId(", Scope(assignment), StringComparison.Ordinal));
    }

    [Fact]
    public void EveryAssignmentHasADeterministicName() => Assert.All(Assignments, assignment =>
    {
        var name = assignment.GetProperty("name").GetString()!;
        Assert.StartsWith("[guid(", name, StringComparison.Ordinal);
        Assert.DoesNotContain("newGuid", name, StringComparison.Ordinal);
        Assert.DoesNotContain("utcNow", name, StringComparison.Ordinal);
    });

    [Fact]
    public void EveryAssignmentSaysWhatKindOfPrincipalItIsFor() =>
        Assert.All(Assignments, assignment => Assert.True(assignment.GetProperty("properties").TryGetProperty("principalType", out _)));

    [Theory]
    [InlineData("b7e6dc6d-f1e8-4753-8033-0f276bb0955b", "Storage Blob Data Owner")]
    [InlineData("974c5e8b-45b9-4653-ba55-5f855dd0fb88", "Storage Queue Data Contributor")]
    [InlineData("0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3", "Storage Table Data Contributor")]
    [InlineData("3913510d-42f4-4e42-8a64-420c390055eb", "Monitoring Metrics Publisher")]
    [InlineData("7f951dda-4ed3-4680-a7ca-43fe172d538d", "AcrPull")]
    public void TheAppHasTheRole(string role, string _) =>
        Assert.Contains(CompiledTemplates.Predicted("cpu"), resource =>
            resource.GetProperty("type").GetString() == "Microsoft.Authorization/roleAssignments"
            && resource.GetProperty("properties").GetProperty("roleDefinitionId").GetString()!.EndsWith(role, StringComparison.Ordinal));

    [Fact]
    public void NobodyIsMadeOwnerOrContributorOfAnything()
    {
        string[] tooMuch = ["8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "b24988ac-6180-42a0-ab88-20f7382dd24c", "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9"];
        Assert.All(tooMuch, role => Assert.DoesNotContain(role, templates.Main.GetRawText(), StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void DeadLettersAreWrittenWithARightOnTheirContainerAlone()
    {
        var writer = Assert.Single(Assignments, assignment => assignment.GetProperty("name").GetString()!.Contains("systemTopics", StringComparison.Ordinal));
        Assert.Contains("blobServices/containers", Scope(writer), StringComparison.Ordinal);
    }

    private static string Scope(JsonElement assignment) => assignment.GetProperty("scope").GetString()!;
}
