using System.Security.Cryptography;
using System.Text;
using Serverless.ModelTool.Catalogue;

namespace Serverless.ModelTool.Tests.Catalogue;

public class LabelFileTests
{
    [Fact]
    public void ImageNetsLabelsAreTheFileThatKerasDownloads()
    {
        // The checksum that Keras 3 has in applications/imagenet_utils.py; it is to find accidents.
#pragma warning disable CA5351
        var md5 = Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(LabelFile.ImageNet().Text)));
#pragma warning restore CA5351

        Assert.Equal("c2c37ea517e94d9795004a39431a14cb", md5);
    }

    [Theory]
    [InlineData("vgg16")]
    [InlineData("efficientnet-lite0")]
    public void ACommittedModelOfImageNetHasThemWithWordNetsLicence(string model)
    {
        string Text(string file) => File.ReadAllText(TestFiles.InRepository("models", model, file));

        Assert.Equal(LabelFile.ImageNet().Text, Text("labels.json"));
        Assert.Contains("WordNet 3.0 Copyright 2006 by Princeton University.", Text("LICENSE-WordNet.txt"), StringComparison.Ordinal);
    }
}
