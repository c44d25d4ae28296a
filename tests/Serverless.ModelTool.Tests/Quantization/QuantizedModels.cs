using Serverless.Classifier.Models;
using Serverless.ModelTool.Quantization;
using Serverless.ModelTool.Quantization.Calibration;

namespace Serverless.ModelTool.Tests.Quantization;

/// <summary>Tests that look at the committed networks in int8.</summary>
[CollectionDefinition(nameof(QuantizedModels))]
public sealed class SharedQuantizedModels : ICollectionFixture<QuantizedModels>;

/// <summary>The committed networks, quantized once for all tests that look at the result, with the small pictures of the fixtures.</summary>
public sealed class QuantizedModels : IAsyncLifetime
{
    private readonly Dictionary<string, ModelQuantizer> _made = [];
    private readonly Dictionary<string, QuantizationResult> _results = [];

    /// <summary>Pictures to calibrate with that are in the repository.</summary>
    public static string Pictures { get; } = TestFiles.Fixture("variants");

    /// <summary>The networks' names.</summary>
    public static TheoryData<string> Names { get; } = new("efficientnet-lite0", "vgg16-cifar10");

    /// <summary>The float32 model.</summary>
    public static ModelFolder Original(string name) => new ModelStore(TestFiles.InRepository("models")).Open(name);

    public async ValueTask InitializeAsync()
    {
        foreach (var name in Names)
        {
            var quantizer = new ModelQuantizer(Original(name), new() { Methods = [CalibrationMethod.Percentile99999] }, (_, _, _) => { });
            _made[name] = quantizer;
            _results[name] = await quantizer.QuantizeAsync(PictureSplit.Of(Pictures), TestContext.Current.CancellationToken);
        }
    }

    public ValueTask DisposeAsync()
    {
        foreach (var quantizer in _made.Values)
        {
            quantizer.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>The int8 graph's file.</summary>
    public string GraphOf(string name) => _made[name].GraphPath;

    /// <summary>What was measured when it was made.</summary>
    internal QuantizationResult ResultOf(string name) => _results[name];

    /// <summary>The int8 model as it would be served.</summary>
    public ModelFolder Quantized(string name)
    {
        var model = Original(name);
        return model with
        {
            Folder = Path.GetDirectoryName(GraphOf(name))!,
            Manifest = model.Manifest with { Graph = new() { File = Path.GetFileName(GraphOf(name)) } },
        };
    }
}
