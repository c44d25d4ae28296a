using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Serverless.Classifier.Inference;
using Serverless.Classifier.Tests.Models;

namespace Serverless.Classifier.Tests;

public sealed class ClassifierOptionsValidationTests : IDisposable
{
    private readonly TemporaryModels _models = new();

    public void Dispose() => _models.Dispose();

    [Fact]
    public void TheDefaultsAreValidWithAModelThatIsThere()
    {
        _models.Add("tiny", graph: [0]);

        Assert.True(Validate(_ => { }).Succeeded);
    }

    [Theory]
    [InlineData(nameof(ClassifierOptions.MaxConcurrency), -1)]
    [InlineData(nameof(ClassifierOptions.MaxConcurrency), 65)]
    [InlineData(nameof(ClassifierOptions.MaxWaiting), -1)]
    [InlineData(nameof(ClassifierOptions.MaxBatch), 0)]
    [InlineData(nameof(ClassifierOptions.MaxBatch), 257)]
    [InlineData(nameof(ClassifierOptions.MaxBatchDelayMilliseconds), -1.0)]
    [InlineData(nameof(ClassifierOptions.MaxBatchDelayMilliseconds), 1_001.0)]
    [InlineData(nameof(ClassifierOptions.IdleMinutes), -1.0)]
    [InlineData(nameof(ClassifierOptions.IdleMinutes), 10_081.0)]
    [InlineData(nameof(ClassifierOptions.MaxImageBytes), 0L)]
    [InlineData(nameof(ClassifierOptions.MaxPixels), 0L)]
    [InlineData(nameof(ClassifierOptions.MaxWholePicturePixels), 0L)]
    [InlineData(nameof(ClassifierOptions.MaxSide), 65_536)]
    [InlineData(nameof(ClassifierOptions.DecodeTimeoutSeconds), 0.0)]
    public void ASettingOutOfItsRangeIsNamedWithTheRange(string setting, object value)
    {
        _models.Add("tiny", graph: [0]);

        var result = Validate(options => typeof(ClassifierOptions).GetProperty(setting)!.SetValue(options, value));

        Assert.Contains($"Classifier__{setting} is {value}; it can be", Assert.Single(result.Failures!), StringComparison.Ordinal);
    }

    [Fact]
    public void AllProblemsAreToldAtOnce()
    {
        var result = Validate(options => (options.Model, options.MaxPixels, options.MaxConcurrency) = ("absent", 0, 65));

        Assert.Equal(3, result.Failures!.Count());
    }

    [Fact]
    public void AModelsFolderThatIsNotThereIsNamed()
    {
        var result = Validate(options => options.ModelsPath = Path.Combine(_models.Root, "absent"));

        Assert.Contains("there is no folder", Assert.Single(result.Failures!), StringComparison.Ordinal);
    }

    [Fact]
    public void AModelThatWasNotPulledIsToldWithTheCommandThatPullsIt()
    {
        var manifest = TemporaryModels.ValidManifest("tiny");
        manifest["source"] = new JsonObject { ["format"] = "onnx", ["urls"] = new JsonArray("https://example.org/a.onnx"), ["md5"] = new string('0', 32) };
        _models.Add("tiny", manifest);

        Assert.Contains("./run models pull tiny", Assert.Single(Validate(_ => { }).Failures!), StringComparison.Ordinal);
    }

    [Fact]
    public void AModelWhoseGraphIsMissingIsRefusedAtStart()
    {
        _models.Add("tiny");

        Assert.Contains("model.onnx is missing", Assert.Single(Validate(_ => { }).Failures!), StringComparison.Ordinal);
    }

    [Fact]
    public void CudaOnAMachineWithoutItIsAnErrorAtStart()
    {
        Assert.SkipWhen(ExecutionProviders.CudaProblem() is null, "this machine has CUDA");
        _models.Add("tiny", graph: [0]);

        var result = Validate(options => options.Device = InferenceDevice.Cuda);

        Assert.StartsWith("Classifier__Device is cuda, but ", Assert.Single(result.Failures!), StringComparison.Ordinal);
    }

    [Fact]
    public void SettingsAreReadFromTheConfigurationSection()
    {
        _models.Add("tiny", graph: [0]);
        using var services = Configured(("Model", "tiny"), ("ModelsPath", _models.Root), ("Device", "cpu"), ("MaxSide", "100"), ("DecodeTimeoutSeconds", "2.5"));

        var options = services.GetRequiredService<IOptions<ClassifierOptions>>().Value;

        Assert.Equal(("tiny", InferenceDevice.Cpu, 100, 2.5), (options.Model, options.Device, options.MaxSide, options.DecodeTimeoutSeconds));
    }

    [Fact]
    public void AMisspeltSettingIsRefused()
    {
        _models.Add("tiny", graph: [0]);
        using var services = Configured(("Model", "tiny"), ("ModelsPath", _models.Root), ("MaxPixel", "100"));

        var exception = Assert.ThrowsAny<Exception>(() => services.GetRequiredService<IOptions<ClassifierOptions>>().Value);

        Assert.Contains("MaxPixel", exception.Message, StringComparison.Ordinal);
    }

    private static ServiceProvider Configured(params (string Name, string Value)[] settings) =>
        new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder()
                .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"Classifier:{setting.Name}", (string?)setting.Value)))
                .Build())
            .AddClassifier()
            .BuildServiceProvider();

    private ValidateOptionsResult Validate(Action<ClassifierOptions> change)
    {
        var options = new ClassifierOptions { Model = "tiny", ModelsPath = _models.Root };
        change(options);
        return new ClassifierOptionsValidation().Validate(null, options);
    }
}
