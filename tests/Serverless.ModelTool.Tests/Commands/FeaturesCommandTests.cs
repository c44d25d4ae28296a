using System.Globalization;
using Serverless.ModelTool.Classification;

namespace Serverless.ModelTool.Tests.Commands;

/// <summary>The real program with the committed models and samples.</summary>
public sealed class FeaturesCommandTests : IDisposable
{
    private const int Channels = 1280;
    private static readonly string Models = TestFiles.InRepository("models");
    private static readonly string Samples = TestFiles.InRepository("samples");
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AFolderBecomesAnArrayWithARowAnImageWhoseOrderIsTold()
    {
        var run = await RunAsync("features.npy", Samples);

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal([4, Channels], NpyArray.Read(_folder.File("features.npy")).Shape);
        Assert.Equal(
            ["0  astronaut.png", "1  chelsea.png", "2  coffee.png", "3  rocket.jpg"],
            run.Output.Split('\n').Take(4).Select(line => line.Replace($"{Samples}{Path.DirectorySeparatorChar}", "", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task TheTableHasTheVeryNumbersOfTheArray()
    {
        await RunAsync("features.npy", Samples);
        await RunAsync("features.csv", Samples);

        var rows = (await File.ReadAllTextAsync(_folder.File("features.csv"), TestContext.Current.CancellationToken))
            .Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(',')).ToArray();
        Assert.Equal("file", rows[0][0]);
        Assert.Equal(ImageFiles.Expand([Samples]), rows.Skip(1).Select(row => row[0]));
        Assert.Equal(
            NpyArray.Read(_folder.File("features.npy")).Values,
            rows.Skip(1).SelectMany(row => row.Skip(1)).Select(cell => float.Parse(cell, CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task WithoutPoolingTheMapHasKerassOrder()
    {
        await RunAsync("map.npy", Path.Combine(Samples, "coffee.png"), "--pooling", "none");
        await RunAsync("max.npy", Path.Combine(Samples, "coffee.png"), "--pooling", "max");

        var map = NpyArray.Read(_folder.File("map.npy"));
        Assert.Equal([1, 7, 7, Channels], map.Shape);
        Assert.Equal(
            NpyArray.Read(_folder.File("max.npy")).Values,
            Enumerable.Range(0, Channels).Select(channel => Enumerable.Range(0, 49).Max(cell => map.Values[(cell * Channels) + channel])));
    }

    [Fact]
    public async Task NormalisedVectorsHaveLengthOne()
    {
        await RunAsync("features.npy", Samples, "--normalize");

        var array = NpyArray.Read(_folder.File("features.npy"));
        Assert.All(Enumerable.Range(0, 4), image => Assert.Equal(1, Math.Sqrt(array.Row(image).Sum(value => (double)value * value)), 1e-6));
    }

    [Fact]
    public async Task ABadFileIsToldAndLeftOut()
    {
        await File.WriteAllTextAsync(_folder.File("bad.png"), "no picture", TestContext.Current.CancellationToken);
        File.Copy(Path.Combine(Samples, "coffee.png"), _folder.File("good.png"));

        var run = await RunAsync("features.npy", _folder.Path);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("(not_an_image)", run.Error, StringComparison.Ordinal);
        Assert.Equal([1, Channels], NpyArray.Read(_folder.File("features.npy")).Shape);
    }

    [Theory]
    [InlineData("features.txt", "--out ends in '.txt'")]
    [InlineData("features.npy", "leave one of them out", "--pooling", "none", "--normalize")]
    public async Task WhatCannotBeIsRefusedAndNothingIsWritten(string file, string expected, params string[] options)
    {
        var run = await RunAsync(file, Samples, options);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File(file)));
    }

    [Fact]
    public async Task AModelWithoutFeaturesIsRefused()
    {
        CopiedModel.Make(_folder.Path, "plain", Path.Combine(Models, "vgg16-cifar10"), manifest => manifest.Remove("features"));

        var run = await Tool.RunAsync("features", Samples, "--out", _folder.File("features.npy"), "--models", _folder.Path, "--model", "plain");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("plain offers no features", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("features.npy")));
    }

    private Task<Tool.Result> RunAsync(string file, string images, params string[] options) =>
        Tool.RunAsync(["features", images, "--out", _folder.File(file), "--models", Models, .. options]);
}
