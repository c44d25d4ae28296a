using Serverless.Classifier;
using Serverless.Functions.Storage;

namespace Serverless.Infra.Tests.Templates;

/// <summary>The app settings are those that the app reads, by name.</summary>
public class SettingsTests
{
    private static readonly string[] ContainerHostings = [.. CompiledTemplates.Hostings.Except(["flex"])];

    /// <summary>What the Functions host, its storage extension and the exporters read: not ours to name.</summary>
    private static readonly string[] OfTheHost =
    [
        "AzureWebJobsStorage__blobServiceUri", "AzureWebJobsStorage__queueServiceUri", "AzureWebJobsStorage__tableServiceUri",
        "AzureWebJobsStorage__credential", "AzureWebJobsStorage__clientId", "AzureFunctionsWebHost__hostid", "AzureWebJobsSecretStorageType",
        "FUNCTIONS_WORKER_RUNTIME", "APPLICATIONINSIGHTS_CONNECTION_STRING", "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
    ];

    public static TheoryData<string> Hostings => [.. CompiledTemplates.Hostings];

    [Theory]
    [MemberData(nameof(Hostings))]
    public void EverySettingIsReadByTheAppOrTheHost(string hosting)
    {
        string[] known =
        [
            .. OfTheHost,
            .. typeof(StorageOptions).GetProperties().Select(property => property.Name),
            .. typeof(ClassifierOptions).GetProperties().Select(property => $"{ClassifierOptions.Section}__{property.Name}"),
        ];
        Assert.Subset(known.ToHashSet(), Settings(hosting).Keys.ToHashSet());
    }

    [Theory]
    [MemberData(nameof(Hostings))]
    public void StorageIsReachedAsTheIdentity(string hosting)
    {
        var settings = Settings(hosting);
        Assert.Equal("managedidentity", settings[$"{StorageOptions.Connection}__credential"]);
        Assert.Contains($"{StorageOptions.Connection}__clientId", settings.Keys);
        Assert.Contains($"{StorageOptions.Connection}__blobServiceUri", settings.Keys);
        Assert.Contains($"{StorageOptions.Connection}__queueServiceUri", settings.Keys);
        Assert.DoesNotContain(StorageOptions.Connection, settings.Keys);
    }

    [Theory]
    [MemberData(nameof(Hostings))]
    public void TheContainersAreThoseThatTheAppReadsAndWrites(string hosting)
    {
        var settings = Settings(hosting);
        var containers = CompiledTemplates.Predicted(hosting)
            .Where(resource => resource.GetProperty("type").GetString() == "Microsoft.Storage/storageAccounts/blobServices/containers")
            .Select(container => container.GetProperty("name").GetString()!.Split('/')[^1]).ToList();

        Assert.Equal(new StorageOptions().ImagesContainer, settings[nameof(StorageOptions.ImagesContainer)]);
        Assert.Equal(new StorageOptions().ResultsContainer, settings[nameof(StorageOptions.ResultsContainer)]);
        Assert.Contains(settings[nameof(StorageOptions.ImagesContainer)], containers);
        Assert.Contains(settings[nameof(StorageOptions.ResultsContainer)], containers);
        Assert.Contains("models", containers);
        Assert.Contains("deadletters", containers);
    }

    [Theory]
    [InlineData("gpu-t4", "cuda")]
    [InlineData("gpu-a100", "cuda")]
    [InlineData("cpu", "cpu")]
    [InlineData("flex", "cpu")]
    public void SessionsRunOnTheHostingsDevice(string hosting, string device) =>
        Assert.Equal(device, Settings(hosting)[$"{ClassifierOptions.Section}__{nameof(ClassifierOptions.Device)}"]);

    [Theory]
    [InlineData("cpu", "models")]
    [InlineData("private", "/models")]
    public void TheModelIsLookedForWhereItIsPut(string hosting, string path) =>
        Assert.Equal(path, Settings(hosting)[$"{ClassifierOptions.Section}__{nameof(ClassifierOptions.ModelsPath)}"]);

    [Fact]
    public void FunctionKeysOutliveAReplica() =>
        Assert.All(ContainerHostings, hosting => Assert.Equal("blob", Settings(hosting)["AzureWebJobsSecretStorageType"]));

    [Theory]
    [MemberData(nameof(Hostings))]
    public void TheHostIdIsOneThatTheHostAccepts(string hosting) =>
        Assert.Matches("^[a-z0-9](?:[a-z0-9]|-(?!-)){0,30}[a-z0-9]$", Settings(hosting)["AzureFunctionsWebHost__hostid"]);

    private static Dictionary<string, string> Settings(string hosting) => hosting == "flex"
        ? CompiledTemplates.Predicted(hosting, "Microsoft.Web/sites/config").GetProperty("properties").EnumerateObject()
            .ToDictionary(setting => setting.Name, setting => setting.Value.GetString()!)
        : CompiledTemplates.Predicted(hosting, "Microsoft.App/containerApps").GetProperty("properties").GetProperty("template")
            .GetProperty("containers")[0].GetProperty("env").EnumerateArray()
            .ToDictionary(setting => setting.GetProperty("name").GetString()!, setting => setting.GetProperty("value").GetString()!);
}
