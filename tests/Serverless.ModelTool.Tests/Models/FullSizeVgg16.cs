using Microsoft.ML.OnnxRuntime;

namespace Serverless.ModelTool.Tests.Models;

/// <summary>VGG16 of full size with the weights that Keras got too: 553 MB, made once for all tests that need it.</summary>
public sealed class FullSizeVgg16 : IAsyncLifetime
{
    private readonly TemporaryFolder _models = new();

    public InferenceSession Session { get; private set; } = null!;

    public string ModelsFolder => _models.Path;

    public async ValueTask InitializeAsync()
    {
        var synth = await Tool.RunAsync("synth", "vgg16", "--seed", "1", "--models", _models.Path);
        Assert.True(synth.ExitCode == 0, synth.Error);
        using var options = new SessionOptions();
        // Loading is most of the time that these tests take.
        options.AddSessionConfigEntry("session.disable_prepacking", "1");
        Session = new InferenceSession(_models.File("vgg16-synth", "model.onnx"), options);
    }

    public ValueTask DisposeAsync()
    {
        Session?.Dispose();
        _models.Dispose();
        return ValueTask.CompletedTask;
    }
}
