using System.Text.Json;

namespace Serverless.Infra.Tests.Templates;

/// <summary>Each hosting is what it says: the GPU whole, the kind spelt right, the replicas asked for.</summary>
public class HostingTests(CompiledTemplates templates) : IClassFixture<CompiledTemplates>
{
    private static readonly string[] Containers = ["images", "results"];

    public static TheoryData<string> ContainerHostings => [.. CompiledTemplates.Hostings.Except(["flex"])];

    [Fact]
    public void TheHostingsAreThoseOfTheDocumentation() =>
        Assert.Equal(["gpu-t4", "gpu-a100", "cpu", "flex"], Allowed("hosting"));

    [Fact]
    public void EveryParameterIsDescribed() =>
        Assert.All(templates.Main.GetProperty("parameters").EnumerateObject(), parameter =>
            Assert.NotEqual("", parameter.Value.GetProperty("metadata").GetProperty("description").GetString()));

    [Theory]
    [MemberData(nameof(ContainerHostings))]
    public void TheContainerAppIsAFunctionApp(string hosting)
    {
        var app = CompiledTemplates.Predicted(hosting, "Microsoft.App/containerApps");
        Assert.Equal("functionapp", app.GetProperty("kind").GetString());
        // Older versions ignore the kind: an ordinary container app comes out, without keys and without scaling on blobs.
        Assert.True(string.CompareOrdinal(app.GetProperty("apiVersion").GetString(), "2025-07-01") >= 0);
    }

    [Theory]
    [InlineData("gpu-t4", "Consumption-GPU-NC8as-T4", 8, "56Gi")]
    [InlineData("gpu-a100", "Consumption-GPU-NC24-A100", 24, "220Gi")]
    public void AReplicaHasTheGpusWholeProfile(string hosting, string profileType, int cores, string memory)
    {
        var template = Template(hosting);
        var profile = Profiles(hosting).Single(one => one.GetProperty("name").GetString() == hosting);
        var resources = template.GetProperty("containers")[0].GetProperty("resources");

        Assert.Equal(profileType, profile.GetProperty("workloadProfileType").GetString());
        Assert.Equal(hosting, CompiledTemplates.Predicted(hosting, "Microsoft.App/containerApps").GetProperty("properties").GetProperty("workloadProfileName").GetString());
        Assert.Equal(cores, resources.GetProperty("cpu").GetInt32());
        Assert.Equal(memory, resources.GetProperty("memory").GetString());
    }

    [Fact]
    public void TheFirstContainerIsTheClassifierBecauseItAloneSeesTheGpu() =>
        Assert.Equal("classifier", Template("private").GetProperty("containers")[0].GetProperty("name").GetString());

    [Fact]
    public void OnCpusThereIsNoGpuProfile() =>
        Assert.Equal("Consumption", Assert.Single(Profiles("cpu")).GetProperty("workloadProfileType").GetString());

    [Fact]
    public void NothingRunsWhileThereIsNoWorkUnlessAskedFor()
    {
        Assert.Equal(0, Template("gpu-t4").GetProperty("scale").GetProperty("minReplicas").GetInt32());
        Assert.Equal(1, Template("private").GetProperty("scale").GetProperty("minReplicas").GetInt32());
    }

    [Theory]
    [MemberData(nameof(ContainerHostings))]
    public void AReplicaGetsWorkWhenItsModelIsLoaded(string hosting)
    {
        var probes = Template(hosting).GetProperty("containers")[0].GetProperty("probes").EnumerateArray()
            .ToDictionary(probe => probe.GetProperty("type").GetString()!, probe => probe.GetProperty("httpGet").GetProperty("path").GetString());
        Assert.Equal("/api/health/ready", probes["Readiness"]);
        Assert.Equal("/api/health/live", probes["Liveness"]);
    }

    [Fact]
    public void FlexRunsIsolatedDotnet10WithThePackageInStorage()
    {
        var site = CompiledTemplates.Predicted("flex", "Microsoft.Web/sites");
        var config = site.GetProperty("properties").GetProperty("functionAppConfig");
        Assert.Equal("functionapp,linux", site.GetProperty("kind").GetString());
        Assert.Equal("dotnet-isolated", config.GetProperty("runtime").GetProperty("name").GetString());
        Assert.Equal("10.0", config.GetProperty("runtime").GetProperty("version").GetString());
        Assert.Equal("UserAssignedIdentity", config.GetProperty("deployment").GetProperty("storage").GetProperty("authentication").GetProperty("type").GetString());
        Assert.InRange(config.GetProperty("scaleAndConcurrency").GetProperty("maximumInstanceCount").GetInt32(), 40, 1000);
    }

    [Theory]
    [InlineData("gpu-t4")]
    [InlineData("flex")]
    public void EveryHostingKeepsImagesAndResults(string hosting) =>
        Assert.Subset(
            CompiledTemplates.Predicted(hosting).Select(resource => resource.GetProperty("name").GetString()!.Split('/')[^1]).ToHashSet(), Containers.ToHashSet());

    [Fact]
    public void ResultsAreDeletedOnlyWhenAskedFor()
    {
        const string policies = "Microsoft.Storage/storageAccounts/managementPolicies";
        Assert.DoesNotContain(CompiledTemplates.Predicted("cpu"), resource => resource.GetProperty("type").GetString() == policies);
        var rule = CompiledTemplates.Predicted("private", policies).GetProperty("properties").GetProperty("policy").GetProperty("rules")[0].GetProperty("definition");
        Assert.Equal("results/", rule.GetProperty("filters").GetProperty("prefixMatch")[0].GetString());
    }

    private static JsonElement Template(string hosting) =>
        CompiledTemplates.Predicted(hosting, "Microsoft.App/containerApps").GetProperty("properties").GetProperty("template");

    private static JsonElement.ArrayEnumerator Profiles(string hosting) =>
        CompiledTemplates.Predicted(hosting, "Microsoft.App/managedEnvironments").GetProperty("properties").GetProperty("workloadProfiles").EnumerateArray();

    private IEnumerable<string> Allowed(string parameter) =>
        templates.Main.GetProperty("parameters").GetProperty(parameter).GetProperty("allowedValues").EnumerateArray().Select(value => value.GetString()!);
}
