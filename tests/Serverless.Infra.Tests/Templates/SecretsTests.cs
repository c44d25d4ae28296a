namespace Serverless.Infra.Tests.Templates;

/// <summary>There is no secret: none is read, none is given out, and nothing accepts one.</summary>
public class SecretsTests(CompiledTemplates templates) : IClassFixture<CompiledTemplates>
{
    [Theory]
    [InlineData("listKeys")]
    [InlineData("listAccountSas")]
    [InlineData("listServiceSas")]
    [InlineData("listCredentials")]
    [InlineData("AccountKey")]
    [InlineData("SharedAccessSignature")]
    public void NoTemplateAsksForAKey(string function)
    {
        Assert.DoesNotContain(function, templates.Main.GetRawText(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(function, templates.EventSubscription.GetRawText(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void NoOutputIsASecret()
    {
        Assert.All(templates.Main.GetProperty("outputs").EnumerateObject(), output =>
        {
            Assert.Equal("string", output.Value.GetProperty("type").GetString());
            Assert.DoesNotMatch("(?i)key|secret|password|connection", output.Name);
        });
        Assert.False(templates.EventSubscription.TryGetProperty("outputs", out _));
    }

    [Fact]
    public void TheOneSecretThatComesInIsAskedForAsASecret() =>
        Assert.Equal("securestring", templates.EventSubscription.GetProperty("parameters").GetProperty("webhookUrl").GetProperty("type").GetString());

    [Fact]
    public void TheStorageAccountTakesNoKeys()
    {
        var account = Assert.Single(templates.OfType("Microsoft.Storage/storageAccounts")).GetProperty("properties");
        Assert.False(account.GetProperty("allowSharedKeyAccess").GetBoolean());
        Assert.True(account.GetProperty("defaultToOAuthAuthentication").GetBoolean());
    }

    [Fact]
    public void TheRegistryHasNoAdministratorAndNoAnonymousPull()
    {
        var registry = Assert.Single(templates.OfType("Microsoft.ContainerRegistry/registries")).GetProperty("properties");
        Assert.False(registry.GetProperty("adminUserEnabled").GetBoolean());
        Assert.False(registry.GetProperty("anonymousPullEnabled").GetBoolean());
    }

    [Fact]
    public void TelemetryIsTakenFromIdentitiesOnly()
    {
        Assert.True(Assert.Single(templates.OfType("Microsoft.Insights/components")).GetProperty("properties").GetProperty("DisableLocalAuth").GetBoolean());
        Assert.True(Assert.Single(templates.OfType("Microsoft.OperationalInsights/workspaces")).GetProperty("properties")
            .GetProperty("features").GetProperty("disableLocalAuth").GetBoolean());
    }

    [Fact]
    public void TheFlexAppTakesNoPublishingPassword() =>
        Assert.Equal(["ftp", "scm"], templates.OfType("Microsoft.Web/sites/basicPublishingCredentialsPolicies").Select(policy =>
        {
            Assert.False(policy.GetProperty("properties").GetProperty("allow").GetBoolean());
            return policy.GetProperty("name").GetString()!.Contains("'ftp'", StringComparison.Ordinal) ? "ftp" : "scm";
        }).Order());

    [Fact]
    public void TheContainerAppHasNoSecrets()
    {
        var configuration = Assert.Single(templates.OfType("Microsoft.App/containerApps")).GetProperty("properties").GetProperty("configuration");
        Assert.False(configuration.TryGetProperty("secrets", out _));
    }
}
