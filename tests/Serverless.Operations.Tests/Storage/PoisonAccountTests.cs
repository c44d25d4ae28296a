using Serverless.Operations.Storage;

namespace Serverless.Operations.Tests.Storage;

public class PoisonAccountTests
{
    [Theory]
    [InlineData("https://pictures.blob.core.windows.net", "https://pictures.queue.core.windows.net/")]
    [InlineData("https://pictures.blob.core.windows.net/", "https://pictures.queue.core.windows.net/")]
    [InlineData("https://pictures.blob.core.chinacloudapi.cn", "https://pictures.queue.core.chinacloudapi.cn/")]
    public void TheQueuesAreBesideTheBlobs(string blobs, string queues) => Assert.Equal(queues, PoisonAccount.QueueAddress(new Uri(blobs)).AbsoluteUri);

    [Fact]
    public void WhereTheyAreNotTheOptionIsNamed() =>
        Assert.Contains("--queue-url", Assert.Throws<OperationsException>(() => PoisonAccount.QueueAddress(new Uri("https://storage.example.org"))).Message, StringComparison.Ordinal);
}
