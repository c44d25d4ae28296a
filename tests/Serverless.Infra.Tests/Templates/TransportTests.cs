namespace Serverless.Infra.Tests.Templates;

/// <summary>What is reached, is reached encrypted; what is not meant for everybody is closed.</summary>
public class TransportTests(CompiledTemplates templates) : IClassFixture<CompiledTemplates>
{
    [Fact]
    public void StorageSpeaksHttpsAndTls12()
    {
        var account = Assert.Single(templates.OfType("Microsoft.Storage/storageAccounts")).GetProperty("properties");
        Assert.True(account.GetProperty("supportsHttpsTrafficOnly").GetBoolean());
        Assert.Equal("TLS1_2", account.GetProperty("minimumTlsVersion").GetString());
    }

    [Fact]
    public void NoBlobIsPublic()
    {
        Assert.False(Assert.Single(templates.OfType("Microsoft.Storage/storageAccounts")).GetProperty("properties").GetProperty("allowBlobPublicAccess").GetBoolean());
        Assert.All(templates.OfType("Microsoft.Storage/storageAccounts/blobServices/containers"), container =>
            Assert.Equal("None", container.GetProperty("properties").GetProperty("publicAccess").GetString()));
    }

    [Fact]
    public void TheContainerAppSpeaksHttpsOnly() =>
        Assert.False(Assert.Single(templates.OfType("Microsoft.App/containerApps")).GetProperty("properties").GetProperty("configuration")
            .GetProperty("ingress").GetProperty("allowInsecure").GetBoolean());

    [Fact]
    public void TheFlexAppSpeaksHttpsAndTls12()
    {
        var site = Assert.Single(templates.OfType("Microsoft.Web/sites")).GetProperty("properties");
        Assert.True(site.GetProperty("httpsOnly").GetBoolean());
        Assert.Equal("1.2", site.GetProperty("siteConfig").GetProperty("minTlsVersion").GetString());
        Assert.Equal("1.2", site.GetProperty("siteConfig").GetProperty("scmMinTlsVersion").GetString());
    }

    [Fact]
    public void EventGridSpeaksTls12ToTheApp() =>
        Assert.Equal("1.2", Assert.Single(templates.OfType("Microsoft.EventGrid/systemTopics/eventSubscriptions")).GetProperty("properties")
            .GetProperty("destination").GetProperty("properties").GetProperty("minimumTlsVersionAllowed").GetString());

    [Fact]
    public void WithPrivateEndpointsStorageAndRegistryTurnStrangersAway()
    {
        Assert.Equal("Deny", CompiledTemplates.Predicted("private", "Microsoft.Storage/storageAccounts").GetProperty("properties")
            .GetProperty("networkAcls").GetProperty("defaultAction").GetString());
        Assert.Equal("Deny", CompiledTemplates.Predicted("private", "Microsoft.ContainerRegistry/registries").GetProperty("properties")
            .GetProperty("networkRuleSet").GetProperty("defaultAction").GetString());
    }

    [Fact]
    public void WithPrivateEndpointsEveryServiceThatTheAppCallsHasOne() =>
        Assert.Equal(["blob", "queue", "registry", "table"], CompiledTemplates.Predicted("private")
            .Where(resource => resource.GetProperty("type").GetString() == "Microsoft.Network/privateEndpoints")
            .Select(endpoint => endpoint.GetProperty("properties").GetProperty("privateLinkServiceConnections")[0].GetProperty("name").GetString()!).Order());
}
