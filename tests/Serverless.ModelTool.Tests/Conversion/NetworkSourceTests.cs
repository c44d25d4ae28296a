using System.Text.Json;
using Serverless.ModelTool.Architectures;
using Serverless.ModelTool.Conversion;
using Serverless.ModelTool.Keras;
using Serverless.ModelTool.Keras.Reading;

namespace Serverless.ModelTool.Tests.Conversion;

/// <summary>What a manifest is to say of the input, when the file says little.</summary>
public sealed class NetworkSourceTests
{
    [Theory]
    [InlineData("vgg19", "vgg19")]
    [InlineData("resnet152", "resnet50")]
    [InlineData("inception_v3", "inception-v3")]
    [InlineData("mobilenetv2_1.00_224", "inception-v3")]
    [InlineData("resnet50v2", "inception-v3")]
    public void ThePreprocessingIsThatOfTheKnownNetworkInTheFile(string model, string expected)
    {
        Source(model, "[null, 96, 128, 3]").DescribeInput(preprocessing: null, side: null, out var chosen);

        Assert.Equal(expected, chosen);
    }

    [Fact]
    public void AnUnknownNetworkNeedsTheUsersWord()
    {
        var refusal = Assert.Throws<ModelToolException>(() => Source("mine", "[null, 96, 128, 3]").DescribeInput(null, null, out _));

        Assert.Contains("Say it with --preprocessing", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheUsersWordGoesBeforeTheName()
    {
        Source("vgg16", "[null, 96, 128, 3]").DescribeInput("raw", null, out var chosen);

        Assert.Equal("raw", chosen);
    }

    [Fact]
    public void AnUnknownPreprocessingIsRefusedWithThoseThereAre()
    {
        var refusal = Assert.Throws<ModelToolException>(() => Source("vgg16", "[null, 96, 128, 3]").DescribeInput("caffe", null, out _));

        Assert.Contains("Known: alexnet, vgg16, vgg19, inception-v3, resnet50, raw.", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheSizeIsTheFiles()
    {
        var input = Source("vgg16", "[null, 96, 128, 3]").DescribeInput(null, null, out _);

        Assert.Equal((96, 128), (input.Height, input.Width));
    }

    [Fact]
    public void AFileForAnySizeNeedsTheUsersWord()
    {
        var refusal = Assert.Throws<ModelToolException>(() => Source("vgg16", "[null, null, null, 3]").DescribeInput(null, null, out _));

        Assert.Contains("Say with --input-size", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(160, Source("vgg16", "[null, null, null, 3]").DescribeInput(null, 160, out _).Width);
    }

    [Fact]
    public void AnotherSizeThanTheFilesIsRefused()
    {
        var refusal = Assert.Throws<ModelToolException>(() => Source("vgg16", "[null, 96, 128, 3]").DescribeInput(null, 224, out _));

        Assert.Contains("takes pictures of 128 x 96 pixels: leave --input-size out", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>The centre that is cut out stays as large a part of the picture.</summary>
    [Fact]
    public void TheShortSideGrowsWithTheInput() =>
        Assert.Equal(512, Source("vgg16", "[null, 448, 448, 3]").DescribeInput("alexnet", null, out _).Resize.ShortSide);

    private static DescribedNetwork Source(string name, string shape)
    {
        var model = $$$"""
            {"class_name": "Functional", "config": {"name": {{{JsonSerializer.Serialize(name)}}},
              "layers": [{"class_name": "InputLayer", "config": {"name": "image", "batch_shape": {{{shape}}}}, "inbound_nodes": []}],
              "input_layers": ["image", 0, 0], "output_layers": ["image", 0, 0]}}
            """;
        return new("model.keras", KerasModel.Read("model.keras", model, "3.15.1"), new FormulaWeights(Vgg.Vgg16, seed: 1));
    }
}
