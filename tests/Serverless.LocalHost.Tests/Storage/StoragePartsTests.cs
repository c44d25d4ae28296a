using System.Net;
using System.Net.Sockets;
using Serverless.LocalHost.Storage;

namespace Serverless.LocalHost.Tests.Storage;

public class StoragePartsTests
{
    [Theory]
    [InlineData("127.0.0.1 - - [25/Nov/2026:04:25:20 +0000] \"PUT /devstoreaccount1/images/a.png HTTP/1.1\" 201 -", "images", "a.png")]
    [InlineData("127.0.0.1 - - [25/Nov/2026:04:25:20 +0000] \"PUT /devstoreaccount1/images/sub/%C3%BC%20x.png HTTP/1.1\" 201 -", "images", "sub/ü x.png")]
    [InlineData("127.0.0.1 - - [25/Nov/2026:04:25:20 +0000] \"PUT /devstoreaccount1/images/a.png?comp=blocklist HTTP/1.1\" 201 -", "images", "a.png")]
    public void AnAccessLogLineNamesTheBlobThatWasWritten(string line, string container, string blob) =>
        Assert.Equal((container, blob), AccessLog.Written(line));

    [Theory]
    [InlineData("127.0.0.1 - - [25/Nov/2026:04:25:20 +0000] \"GET /devstoreaccount1/images/a.png HTTP/1.1\" 200 -")]
    [InlineData("127.0.0.1 - - [25/Nov/2026:04:25:20 +0000] \"PUT /devstoreaccount1/images/a.png HTTP/1.1\" 403 -")]
    [InlineData("127.0.0.1 - - [25/Nov/2026:04:25:20 +0000] \"PUT /devstoreaccount1/images?restype=container HTTP/1.1\" 201 -")]
    [InlineData("127.0.0.1 - - [25/Nov/2026:04:25:20 +0000] \"PUT /devstoreaccount1/images/a.png?comp=block&blockid=x HTTP/1.1\" 201 -")]
    [InlineData("Azurite Blob service is starting")]
    public void ALineOfAnythingElseNamesNone(string line) => Assert.Null(AccessLog.Written(line));

    [Fact]
    public void TheEndpointsOfAnAzureAccountFollowFromItsName()
    {
        var account = new StorageAccount("DefaultEndpointsProtocol=https;AccountName=mine;AccountKey=a2V5==;EndpointSuffix=core.windows.net");

        Assert.Equal(("https://mine.blob.core.windows.net", "https://mine.queue.core.windows.net"), (account.BlobEndpoint, account.QueueEndpoint));
    }

    [Fact]
    public async Task APortWhereSomethingElseAnswersIsNotTakenForAzurite()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var look = AzuritePorts.LookAsync(port, "Blob");
        using (var first = await listener.AcceptTcpClientAsync())
        using (var second = await listener.AcceptTcpClientAsync())
            await second.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nServer: other\r\nContent-Length: 0\r\n\r\n"u8.ToArray());

        Assert.Equal(PortUse.SomethingElse, await look);
    }

    [Fact]
    public void WithoutAzuriteTheMessageSaysHowToGetIt()
    {
        using var folder = new Running.TestFolder();

        var problem = Assert.Throws<LocalHostException>(() => AzuriteProgram.Find(null, [folder.Root], ""));
        Assert.Contains("npm ci", problem.Message, StringComparison.Ordinal);
    }
}
