using Microsoft.Extensions.Hosting;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Tests.Storage;

public class ContainerCreationTests(AzuriteFixture fixture)
{
    [Fact]
    public async Task MissingContainersAreCreated()
    {
        await using var app = TestApp.WithoutContainers(fixture.Azurite);
        using var creation = app.Make<ContainerCreation>();

        await creation.StartAsync(TestContext.Current.CancellationToken);
        await creation.ExecuteTask!;

        Assert.True(await app.ImagesContainer.ExistsAsync(TestContext.Current.CancellationToken));
        Assert.True(await app.ResultsContainer.ExistsAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task StorageThatIsNotThereYetDoesNotHoldTheStartUp()
    {
        await using var azurite = await AzuriteProcess.StartNewAsync();
        await azurite.StopAsync();
        await using var app = TestApp.WithoutContainers(azurite);
        using var creation = app.Make<ContainerCreation>();

        await creation.StartAsync(TestContext.Current.CancellationToken);
        Assert.False(creation.ExecuteTask!.IsCompleted);
        await azurite.StartAsync();
        await creation.ExecuteTask;

        Assert.True(await app.ResultsContainer.ExistsAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task AnAppThatEndsBeforeStorageComesEndsInGoodOrder()
    {
        await using var azurite = await AzuriteProcess.StartNewAsync();
        await azurite.StopAsync();
        await using var app = TestApp.WithoutContainers(azurite);
        using var creation = app.Make<ContainerCreation>();

        await creation.StartAsync(TestContext.Current.CancellationToken);
        await creation.StopAsync(TestContext.Current.CancellationToken);

        Assert.True(creation.ExecuteTask is { IsCompleted: true, IsFaulted: false });
    }

    [Fact]
    public async Task TheAppCreatesItsContainersWhenItStarts()
    {
        await using var app = TestApp.WithoutContainers(fixture.Azurite);

        Assert.Contains(app.Get<IEnumerable<IHostedService>>(), service => service is ContainerCreation);
    }
}
