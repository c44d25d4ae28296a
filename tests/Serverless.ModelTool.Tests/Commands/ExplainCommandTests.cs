using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace Serverless.ModelTool.Tests.Commands;

/// <summary>The real program with the committed models and samples.</summary>
public sealed class ExplainCommandTests : IDisposable
{
    private static readonly string Models = TestFiles.InRepository("models");
    private static readonly string Chelsea = TestFiles.InRepository("samples", "chelsea.png");
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ThePhotographIsWrittenInItsSizeWithTheHeatOverIt()
    {
        var run = await RunAsync(Chelsea);

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Matches(@"overlay\.png: tiger_cat, 39\.4[56] ?%, rank 1; class activation map 7 x 7, 1 run, [0-9.]+ ms", run.Output);
        using var overlay = await OverlayAsync();
        Assert.Equal((451, 300), (overlay.Width, overlay.Height));
    }

    [Fact]
    public async Task ColourMeansHeatAndOutsideOfTheCropThereIsNone()
    {
        await RunAsync(Chelsea);

        using var overlay = await OverlayAsync();
        var coloured = (from y in Enumerable.Range(0, 300) from x in Enumerable.Range(0, 451) where !IsGrey(overlay[x, y]) select (x, y)).ToList();
        Assert.InRange(coloured.Min(pixel => pixel.x), 94, 300);
        Assert.InRange(coloured.Max(pixel => pixel.x), 150, 357);
        Assert.InRange(coloured.Min(pixel => pixel.y), 18, 200);
        Assert.InRange(coloured.Max(pixel => pixel.y), 100, 281);
    }

    [Fact]
    public async Task TheHeatLiesOnTheCup()
    {
        await RunAsync(TestFiles.InRepository("samples", "coffee.png"));

        // The cup stands in the middle of the photograph; the hottest pixel is the lightest of those that have colour.
        using var overlay = await OverlayAsync();
        var (x, y) = (from row in Enumerable.Range(0, overlay.Height) from column in Enumerable.Range(0, overlay.Width) select (column, row))
            .MaxBy(pixel => overlay[pixel.column, pixel.row] is var colour ? colour.R - colour.B : 0);
        Assert.InRange(x, 150, 450);
        Assert.InRange(y, 80, 330);
    }

    [Fact]
    public async Task AnotherClassAndAnotherMethodCanBeAskedFor()
    {
        var run = await RunAsync(Chelsea, "--model", "vgg16-cifar10", "--class", "dog", "--method", "occlusion");

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Matches(@": dog, [0-9.]+ ?%, rank \d+; occlusion 8 x 8, 50 runs, ", run.Output);
    }

    [Theory]
    [InlineData("Ask for occlusion", "--model", "vgg16-cifar10", "--method", "cam")]
    [InlineData("no class 'unicorn'", "--class", "unicorn")]
    [InlineData("gradcam", "--method", "gradcam")]
    public async Task WhatCannotBeIsRefusedAndNothingIsWritten(string expected, params string[] options)
    {
        var run = await RunAsync(Chelsea, options);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("overlay.png")));
    }

    private static bool IsGrey(Rgb24 colour) => Math.Max(Math.Abs(colour.R - colour.G), Math.Abs(colour.G - colour.B)) <= 2;

    private Task<Image<Rgb24>> OverlayAsync() => Image.LoadAsync<Rgb24>(_folder.File("overlay.png"), TestContext.Current.CancellationToken);

    private Task<Tool.Result> RunAsync(string image, params string[] options) =>
        Tool.RunAsync(["explain", image, "--out", _folder.File("overlay.png"), "--models", Models, .. options]);
}
