using Serverless.Classifier.Errors;
using Serverless.Classifier.Models;
using Serverless.Classifier.Tests.Models;

namespace Serverless.Classifier.Tests;

public sealed class ImageClassifierTests : IDisposable
{
    private static readonly string Models = TestFiles.InRepository("models");
    private static readonly byte[] Coffee = File.ReadAllBytes(TestFiles.InRepository("samples", "coffee.png"));

    private readonly TemporaryModels _models = new();

    public void Dispose() => _models.Dispose();

    [Fact]
    public async Task ACupOfEspressoIsCalledAnEspresso()
    {
        using var host = new ClassifierHost(Models, "efficientnet-lite0");

        var answer = await ClassifyAsync(host, Coffee);

        Assert.Equal(("espresso", "n07920052", 1), (answer.Predictions[0].Label, answer.Predictions[0].ClassId, answer.Predictions[0].Rank));
        Assert.Equal(5, answer.Predictions.Count);
        Assert.Equal((600, 400), (answer.Image.Width, answer.Image.Height));
        Assert.Equal("efficientnet-lite0", answer.Model.Name);
    }

    [Theory]
    [InlineData("astronaut.png")]
    [InlineData("chelsea.png")]
    [InlineData("coffee.png")]
    [InlineData("rocket.jpg")]
    public async Task TheReadmesPictureShowsWhatIsAnswered(string photograph)
    {
        var card = File.ReadAllText(TestFiles.InRepository("docs", "first-run.svg")).Split("<g ").Single(part => part.Contains($"<title>{photograph}</title>", StringComparison.Ordinal));
        using var host = new ClassifierHost(Models, "efficientnet-lite0");

        var answer = await ClassifyAsync(host, File.ReadAllBytes(TestFiles.InRepository("samples", photograph)));

        Assert.All(answer.Predictions, prediction =>
        {
            Assert.Contains($">{prediction.Label}</text>", card, StringComparison.Ordinal);
            Assert.Contains(FormattableString.Invariant($">{prediction.Probability:P1}</text>"), card, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task ACallerMayNameAnotherModel()
    {
        using var host = new ClassifierHost(Models, "efficientnet-lite0");

        var answer = await ClassifyAsync(host, Coffee, new ClassificationRequest { Model = "vgg16-cifar10", Top = 100 });

        Assert.Equal(10, answer.Predictions.Count);
        Assert.Equal(1, answer.Predictions.Sum(prediction => prediction.Probability), 1e-5f);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(101)]
    [InlineData(-5)]
    public async Task TopOutOfRangeIsRefusedWithTheRange(int top)
    {
        using var host = new ClassifierHost(Models, "efficientnet-lite0");

        var exception = await RefusedAsync(host, Coffee, new ClassificationRequest { Top = top });

        Assert.Equal(ErrorKind.InvalidTop, exception.Kind);
        Assert.Contains("1 to 100", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("absent")]
    [InlineData("../efficientnet-lite0")]
    public async Task AnUnknownModelIsRefusedWithThoseThatThereAre(string model)
    {
        using var host = new ClassifierHost(Models, "efficientnet-lite0");

        var exception = await RefusedAsync(host, Coffee, new ClassificationRequest { Model = model });

        Assert.Equal(ErrorKind.UnknownModel, exception.Kind);
        Assert.Contains("efficientnet-lite0", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIsNoImageIsRefusedWithoutWaitingForTheModel()
    {
        using var slow = new SlowModel(_models.Root, "slow", Path.Combine(Models, "vgg16-cifar10"));
        using var host = new ClassifierHost(_models.Root, "slow");

        var exception = await RefusedAsync(host, "a text"u8.ToArray(), new ClassificationRequest());

        Assert.Equal(ErrorKind.NotAnImage, exception.Kind);
        Assert.Equal(ModelState.Available, Assert.Single(host.Classifier.Models).State);
    }

    [Fact]
    public async Task ACrowdDuringALoadIsAnsweredOrRefusedAndNeverMoreThanThePlaces()
    {
        using var slow = new SlowModel(_models.Root, "slow", Path.Combine(Models, "vgg16-cifar10"));
        using var host = new ClassifierHost(_models.Root, "slow", options => options.MaxWaiting = 39);
        var callers = Enumerable.Range(0, 64).Select(_ => ClassifyAsync(host, Coffee)).ToArray();

        slow.LetLoad();
        await Task.WhenAll(callers.Select(caller => caller.ContinueWith(_ => { }, TaskScheduler.Default)));

        Assert.Equal(40, callers.Count(caller => caller.IsCompletedSuccessfully));
        Assert.All(
            callers.Where(caller => caller.IsFaulted), caller => Assert.Equal(ErrorKind.TooBusy, Assert.IsType<ClassifierException>(caller.Exception!.InnerException).Kind));
        Assert.Single(callers.Where(caller => caller.IsCompletedSuccessfully).Select(caller => caller.Result.Predictions[0].Probability).Distinct());
    }

    [Fact]
    public async Task WhoDoesNotWaitForALoadIsToldThatItGoesOn()
    {
        using var slow = new SlowModel(_models.Root, "slow", Path.Combine(Models, "vgg16-cifar10"));
        using var host = new ClassifierHost(_models.Root, "slow");

        var exception = await RefusedAsync(host, Coffee, new ClassificationRequest { LoadPatience = TimeSpan.Zero });

        Assert.Equal(ErrorKind.ModelLoading, exception.Kind);
        Assert.False(host.Classifier.IsReady(out var reason));
        Assert.Contains("loading", reason, StringComparison.Ordinal);
        slow.LetLoad();
        await ClassifyAsync(host, Coffee);
        Assert.True(host.Classifier.IsReady(out _));
    }

    [Fact]
    public async Task ACallerWhoLeavesGivesHisPlaceBack()
    {
        using var slow = new SlowModel(_models.Root, "slow", Path.Combine(Models, "vgg16-cifar10"));
        using var host = new ClassifierHost(_models.Root, "slow", options => options.MaxWaiting = 0);
        using var leaving = new CancellationTokenSource();
        var first = host.Classifier.ClassifyAsync(Coffee, new ClassificationRequest(), leaving.Token);

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        slow.LetLoad();

        Assert.Equal("slow", (await ClassifyAsync(host, Coffee)).Model.Name);
    }

    [Fact]
    public async Task ManyAtTheSameTimeGetTheAnswersTheyWouldGetAlone()
    {
        using var host = new ClassifierHost(Models, "efficientnet-lite0");
        byte[][] pictures = [Coffee, .. new[] { "chelsea.png", "rocket.jpg", "astronaut.png" }.Select(name => File.ReadAllBytes(TestFiles.InRepository("samples", name)))];
        var alone = new List<Classification>();
        foreach (var picture in pictures)
        {
            alone.Add(await ClassifyAsync(host, picture));
        }

        var together = await Task.WhenAll(Enumerable.Range(0, 40).Select(number => ClassifyAsync(host, pictures[number % pictures.Length])));

        Assert.All(together.Index(), answer => Assert.Equal(alone[answer.Index % pictures.Length].Predictions, answer.Item.Predictions));
    }

    [Fact]
    public void ModelsAreListedTheDefaultFirstAndThoseThatCannotBeReadWithTheReason()
    {
        _models.Add("broken", labels: "{");
        _models.Add("good", graph: [0]);
        var absent = TemporaryModels.ValidManifest("absent");
        absent["source"] = new System.Text.Json.Nodes.JsonObject { ["format"] = "onnx", ["urls"] = new System.Text.Json.Nodes.JsonArray("https://example.org/a"), ["md5"] = new string('0', 32) };
        _models.Add("absent", absent);
        using var host = new ClassifierHost(_models.Root, "good");

        var models = host.Classifier.Models;

        Assert.Equal(
            [("good", ModelState.Available, true), ("absent", ModelState.Absent, false), ("broken", ModelState.Failed, false)],
            models.Select(model => (model.Name, model.State, model.IsDefault)));
        Assert.Contains("labels.json", models[2].Problem, StringComparison.Ordinal);
    }

    private static Task<Classification> ClassifyAsync(ClassifierHost host, byte[] image, ClassificationRequest? request = null) =>
        host.Classifier.ClassifyAsync(image, request ?? new ClassificationRequest(), TestContext.Current.CancellationToken);

    private static Task<ClassifierException> RefusedAsync(ClassifierHost host, byte[] image, ClassificationRequest request) =>
        Assert.ThrowsAsync<ClassifierException>(() => ClassifyAsync(host, image, request));
}
