using Microsoft.Extensions.Configuration;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Tests.Storage;

public class StorageOptionsValidatorTests
{
    private static readonly (string, string) Local = ("AzureWebJobsStorage", "UseDevelopmentStorage=true");

    [Theory]
    [InlineData("AzureWebJobsStorage", "UseDevelopmentStorage=true")]
    [InlineData("AzureWebJobsStorage:blobServiceUri", "https://account.blob.core.windows.net")]
    [InlineData("AzureWebJobsStorage:accountName", "account")]
    public void EachWayToReachStorageIsTaken(string setting, string value) => Assert.Empty(Problems(new(), (setting, value)));

    [Theory]
    [InlineData("AzureWebJobsStorage", "Server=db;Password=secret")]
    [InlineData("AzureWebJobsStorage", "nonsense")]
    [InlineData("AzureWebJobsStorage:blobServiceUri", "account")]
    [InlineData("AzureWebJobsStorage:blobServiceUri", "ftp://account")]
    public void AnUnusableConnectionIsNamed(string setting, string value) =>
        Assert.StartsWith("AzureWebJobsStorage", Assert.Single(Problems(new(), (setting, value))), StringComparison.Ordinal);

    [Fact]
    public void AConnectionStringIsNeverRepeated() =>
        Assert.DoesNotContain("secret", Assert.Single(Problems(new(), ("AzureWebJobsStorage", "AccountKey=secret"))), StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("ab")]
    [InlineData("Images")]
    [InlineData("my_images")]
    [InlineData("my--images")]
    [InlineData("-images")]
    [InlineData("images-")]
    [InlineData("images\n")]
    public void AWrongContainerNameIsNamed(string name) =>
        Assert.StartsWith("ImagesContainer is", Assert.Single(Problems(new() { ImagesContainer = name }, Local)), StringComparison.Ordinal);

    [Fact]
    public void OneContainerForBothIsRefused() =>
        Assert.Contains("without end", Assert.Single(Problems(new() { ImagesContainer = "one", ResultsContainer = "one" }, Local)), StringComparison.Ordinal);

    [Fact]
    public void AllProblemsAreReportedAtOnce() => Assert.Equal(3, Problems(new() { ImagesContainer = "A", ResultsContainer = "B" }).Count);

    private static IReadOnlyList<string> Problems(StorageOptions options, params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))).Build();
        return [.. new StorageOptionsValidator(configuration).Validate(null, options).Failures ?? []];
    }
}
