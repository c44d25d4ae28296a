using System.Collections.Concurrent;
using Azure;

namespace Serverless.EndToEnd.Tests;

/// <summary>No upload is lost and none is answered twice, however fast they come.</summary>
public class ManyUploadsTests
{
    private const int Uploads = 200;

    [Fact]
    public async Task TwoHundredUploadsAsFastAsTheyGoGiveTwoHundredDocumentsEachOnce()
    {
        using var storage = new TemporaryFolder();
        await using var app = await LocalApp.StartAsync(storage.Path);
        var versions = new ConcurrentDictionary<string, ETag>();

        await Parallel.ForEachAsync(
            Enumerable.Range(0, Uploads).Select(number => $"burst/{number}.png"),
            new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = TestContext.Current.CancellationToken },
            async (name, _) => versions[name] = await app.Images.PutAsync(name, Pictures.Png(16, 16, (byte)versions.Count)));

        foreach (var (name, version) in versions)
        {
            await ResultDocument.WaitAsync(app, name, version, TimeSpan.FromMinutes(3));
        }

        Assert.Equal(Uploads, versions.Count);
        Assert.Equal(Uploads, app.BlobInvocations);
        Assert.Equal(Uploads, await app.Results.GetBlobsAsync(cancellationToken: TestContext.Current.CancellationToken).CountAsync(TestContext.Current.CancellationToken));
    }
}
