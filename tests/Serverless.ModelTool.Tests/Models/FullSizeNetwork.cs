using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using Serverless.Classifier.Imaging;
using Serverless.Classifier.Models;
using Serverless.ModelTool.Architectures;
using Serverless.ModelTool.Keras;
using Serverless.ModelTool.Tests.Keras;

namespace Serverless.ModelTool.Tests.Models;

/// <summary>
/// A network of full size with the weights that Keras (for AlexNet, PyTorch) got too: up to 575 MB, made once for all tests that need it, and deleted.
/// </summary>
/// <param name="architecture">Its name.</param>
public abstract class FullSizeNetwork(string architecture) : IAsyncLifetime
{
    private static readonly JsonElement Meta = JsonDocument.Parse(File.ReadAllBytes(Fixture("meta.json"))).RootElement;
    private readonly TemporaryFolder _models = new();
    private readonly Dictionary<(int Picture, string Output), float[]> _answers = [];
    private InferenceSession _session = null!;

    /// <summary>The pictures' files, in the order of the answers.</summary>
    public static IReadOnlyList<string> Pictures { get; } = [.. Meta.GetProperty("pictures").EnumerateArray().Select(picture => picture.GetString()!)];

    public string ModelsFolder => _models.Path;

    /// <summary>The model's name.</summary>
    public string Name => $"{architecture}-synth";

    public long Parameters => Meta.GetProperty("models").GetProperty(architecture).GetProperty("parameters").GetInt64();

    public async ValueTask InitializeAsync()
    {
        var synth = await Tool.RunAsync("synth", architecture, "--seed", "1", "--models", _models.Path);
        Assert.True(synth.ExitCode == 0, synth.Error);
        using var options = new SessionOptions();
        // Loading is most of the time that these tests take.
        options.AddSessionConfigEntry("session.disable_prepacking", "1");
        _session = new InferenceSession(_models.File(Name, "model.onnx"), options);
    }

    /// <summary>What the network says of a picture.</summary>
    public float[] Answer(int picture, string output = "probabilities")
    {
        if (!_answers.TryGetValue((picture, output), out var answer))
        {
            var input = ManifestReader.Read(_models.File(Name)).Input;
            var tensor = new float[3 * input.Height * input.Width];
            new ImagePreprocessor(new ImageLimits()).Preprocess(
                File.ReadAllBytes(PathOf(Pictures[picture])), input, TensorLayout.Nchw, tensor, TestContext.Current.CancellationToken);
            _answers[(picture, output)] = answer = _session.RunOnImage(new([1, 3, input.Height, input.Width], tensor), output);
        }

        return answer;
    }

    /// <summary>The bias of the last layer, by the formula.</summary>
    internal float[] LastBias() =>
        new FormulaWeights(KnownArchitectures.Get(architecture), seed: 1).KernelAndBias("predictions", 1, 1000).Bias.ReadAll();

    /// <summary>What Keras says of it.</summary>
    public float[] Expected(int picture, string what) => NpyArray.Read(Fixture($"{architecture}.{what}.npy")).Row(picture);

    /// <summary>The five classes that Keras puts first.</summary>
    public IEnumerable<int> TopFive(int picture) =>
        Meta.GetProperty("models").GetProperty(architecture).GetProperty("top5")[picture].EnumerateArray().Select(pair => pair[0].GetInt32());

    public ValueTask DisposeAsync()
    {
        _session?.Dispose();
        _models.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private static string Fixture(string file) => TestFiles.Fixture("keras", "full-size", file);

    private static string PathOf(string picture)
    {
        if (picture.StartsWith("samples/", StringComparison.Ordinal))
        {
            return TestFiles.InRepository(picture.Split('/'));
        }

        var path = TestFiles.Shared(out var skip, ["data", .. picture.Split('/')]);
        Assert.SkipWhen(path is null, skip);
        return path!;
    }
}

public sealed class FullSizeVgg16() : FullSizeNetwork("vgg16");

public sealed class FullSizeVgg19() : FullSizeNetwork("vgg19");

public sealed class FullSizeResNet50() : FullSizeNetwork("resnet50");

public sealed class FullSizeInceptionV3() : FullSizeNetwork("inception-v3");

public sealed class FullSizeAlexNet() : FullSizeNetwork("alexnet");
