using Serverless.LocalHost.Triggers;

namespace Serverless.LocalHost.Tests.Triggers;

public class TriggerPartsTests
{
    [Theory]
    [InlineData("images/{name}", "a.png", true)]
    [InlineData("images/{name}", "sub/a.png", true)]
    [InlineData("images/{name}.png", "a.jpg", false)]
    [InlineData("images/in/{name}", "in/a.png", true)]
    [InlineData("images/in/{name}", "out/a.png", false)]
    [InlineData("images/a.png", "a.png", true)]
    [InlineData("images/a.png", "b.png", false)]
    [InlineData("images", "anything", true)]
    public void APathMatchesTheBlobsThatTheSdkWouldFind(string path, string blob, bool expected) =>
        Assert.Equal(expected, new WatchedPath("F", path).Matches(blob));

    [Theory]
    [InlineData("images/{name}", "images", "")]
    [InlineData("images/in/{name}.png", "images", "in/")]
    [InlineData("images", "images", "")]
    public void APathHasAContainerAndABeginning(string path, string container, string prefix)
    {
        var watched = new WatchedPath("F", path);

        Assert.Equal((container, prefix), (watched.Container, watched.Prefix));
    }

    [Theory]
    [InlineData("a.png")]
    [InlineData("sub/folder/a b.png")]
    [InlineData("\"quoted\"/a.png")]
    public void AReceiptsNameTellsItsVersion(string name)
    {
        var version = new BlobVersion("ClassifyBlob", "images", name, "0x1");

        Assert.Equal($"blobreceipts/host/Host.Functions.ClassifyBlob/\"0x1\"/images/{name}", version.ReceiptName("host"));
        Assert.Equal(version, BlobVersion.FromReceiptName(version.ReceiptName("host")));
    }

    [Fact]
    public void WhatIsNoReceiptIsNone() => Assert.Null(BlobVersion.FromReceiptName("locks/host/x"));
}
