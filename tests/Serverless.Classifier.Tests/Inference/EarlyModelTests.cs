using Serverless.Classifier.Inference;
using Serverless.Classifier.Models;
using Serverless.Classifier.Tests.Models;

namespace Serverless.Classifier.Tests.Inference;

/// <summary>A load that begins before there is a host ends in the host's cache, if it is what the host wants.</summary>
public sealed class EarlyModelTests : IDisposable
{
    private readonly TemporaryModels _models = new();

    public EarlyModelTests() => _models.Add(
        "tiny", labels: """["red", "green", "blue"]""", graph: new TinyGraph { Input = [1, 3, 8, 8], MeanAxes = [2, 3] }.ToBytes());

    public void Dispose() => _models.Dispose();

    [Fact]
    public async Task TheHostGetsTheSessionThatWasLoadedBeforeIt()
    {
        var early = Begin(("Model", "tiny"), ("ModelsPath", _models.Root))!;
        using var host = new ClassifierHost(_models.Root, "tiny", early: early);

        using var lease = await host.Get<SessionCache>().GetAsync("tiny", Timeout.InfiniteTimeSpan, TestContext.Current.CancellationToken);

        Assert.Same(early.Take(lease.Session.Model, InferenceDevice.Auto)!.Session, lease.Session);
    }

    [Fact]
    public async Task AHostWithOtherSettingsLoadsWhatItWants()
    {
        CopiedModel.Make(_models.Root, "wanted", Path.Combine(_models.Root, "tiny"), _ => { });
        var early = Begin(("Model", "tiny"), ("ModelsPath", _models.Root))!;
        using var host = new ClassifierHost(_models.Root, "wanted", early: early);

        using var lease = await host.Get<SessionCache>().GetAsync("wanted", Timeout.InfiniteTimeSpan, TestContext.Current.CancellationToken);

        Assert.Equal("wanted", lease.Session.Identity.Name);
    }

    [Fact]
    public void AnotherDeviceIsAnotherSession()
    {
        var early = Begin(("Model", "tiny"), ("ModelsPath", _models.Root), ("Device", "cpu"))!;

        Assert.Null(early.Take(new ModelStore(_models.Root).Open("tiny"), InferenceDevice.Auto));
    }

    [Fact]
    public async Task WhatKeepsItFromLoadingIsToldToWhoWaitsAndTheNextTriesAgain()
    {
        var graph = Path.Combine(_models.Root, "tiny", "model.onnx");
        var bytes = await File.ReadAllBytesAsync(graph, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(graph, [1, 2, 3], TestContext.Current.CancellationToken);
        var early = Begin(("Model", "tiny"), ("ModelsPath", _models.Root))!;
        using var host = new ClassifierHost(_models.Root, "tiny", early: early);
        var cache = host.Get<SessionCache>();

        var failure = await Assert.ThrowsAsync<Errors.ClassifierException>(
            () => cache.GetAsync("tiny", Timeout.InfiniteTimeSpan, TestContext.Current.CancellationToken));
        Assert.Contains(graph, failure.Message, StringComparison.Ordinal);

        await File.WriteAllBytesAsync(graph, bytes, TestContext.Current.CancellationToken);
        using var lease = await cache.GetAsync("tiny", Timeout.InfiniteTimeSpan, TestContext.Current.CancellationToken);
        Assert.Equal("tiny", lease.Session.Identity.Name);
    }

    [Theory]
    [InlineData("Device", "abacus")]
    [InlineData("Model", "../tiny")]
    public void SettingsThatCannotBeRightAreLeftToTheHost(string setting, string value) => Assert.Null(Begin((setting, value)));

    private static EarlyModel? Begin(params (string Name, string Value)[] settings) =>
        EarlyModel.Begin(name => settings.FirstOrDefault(setting => $"Classifier__{setting.Name}" == name).Value);
}
