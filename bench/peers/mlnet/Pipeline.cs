using System.Reflection;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using Microsoft.ML.Transforms.Onnx;

namespace Serverless.Benchmarks.MlNet;

/// <summary>VGG16 as ML.NET's documentation lays it out: resize, extract the pixels, take the means off, apply the ONNX model.</summary>
internal sealed class Pipeline : IDisposable
{
    private const int Side = 224;
    private const int Pixels = Side * Side;

    /// <summary>Of blue, green, red: Keras's for VGG16.</summary>
    private static readonly float[] Means = [103.939f, 116.779f, 123.68f];

    private readonly TensorRow _blank = new() { Image = new float[3 * Pixels] };
    private readonly Dictionary<string, string[]> _labels;
    private readonly OnnxTransformer _network;
    private readonly PredictionEngine<TensorRow, Answer> _run;
    private readonly PredictionEngine<PictureRow, TensorRow> _decode;
    private readonly PredictionEngine<PictureRow, Answer> _classify;

    public Pipeline(string folder)
    {
        _labels = JsonSerializer.Deserialize<Dictionary<string, string[]>>(File.ReadAllText(Path.Combine(folder, "labels.json")))!;
        var ml = new MLContext();
        var shapes = new Dictionary<string, int[]> { ["image"] = [1, 3, Side, Side], ["probabilities"] = [1, _labels.Count] };
        _network = ml.Transforms.ApplyOnnxModel(["probabilities"], ["image"], Path.Combine(folder, "model.onnx"), shapes, gpuDeviceId: null, fallbackToCpu: false)
            .Fit(ml.Data.LoadFromEnumerable(Array.Empty<TensorRow>()));
        var pixels = ml.Transforms.ResizeImages("resized", Side, Side, nameof(PictureRow.Picture), ImageResizingEstimator.ResizingKind.Fill)
            .Append(ml.Transforms.ExtractPixels("pixels", "resized", orderOfExtraction: ImagePixelExtractingEstimator.ColorsOrder.ABGR))
            .Append(ml.Transforms.CustomMapping<PixelRow, TensorRow>(TakeMeansOff, contractName: null))
            .Fit(ml.Data.LoadFromEnumerable(Array.Empty<PictureRow>()));
        _run = ml.Model.CreatePredictionEngine<TensorRow, Answer>(_network);
        _decode = ml.Model.CreatePredictionEngine<PictureRow, TensorRow>(pixels);
        _classify = ml.Model.CreatePredictionEngine<PictureRow, Answer>(pixels.Append(_network));
    }

    public static string Versions => $"ML.NET {VersionOf(typeof(OnnxTransformer))}, ONNX Runtime {VersionOf(typeof(Microsoft.ML.OnnxRuntime.InferenceSession))}";

    public void Run() => _run.Predict(_blank);

    public void Decode(byte[] picture)
    {
        using var image = MLImage.CreateFromStream(new MemoryStream(picture));
        _decode.Predict(new PictureRow { Picture = image });
    }

    public IEnumerable<object> Classify(byte[] picture)
    {
        using var image = MLImage.CreateFromStream(new MemoryStream(picture));
        var probabilities = _classify.Predict(new PictureRow { Picture = image }).Probabilities;
        return [.. Enumerable.Range(0, probabilities.Length).OrderByDescending(index => probabilities[index]).Take(5).Select((index, place) => (object)new
        {
            rank = place + 1, classId = _labels[$"{index}"][0], label = _labels[$"{index}"][1], probability = probabilities[index],
        })];
    }

    public void Dispose()
    {
        _run.Dispose();
        _decode.Dispose();
        _classify.Dispose();
        _network.Dispose();
    }

    private static void TakeMeansOff(PixelRow row, TensorRow tensor)
    {
        tensor.Image = new float[row.Values.Length];
        for (var i = 0; i < row.Values.Length; i++)
        {
            tensor.Image[i] = row.Values[i] - Means[i / Pixels];
        }
    }

    private static string VersionOf(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    private sealed class PictureRow
    {
        [ImageType(Side, Side)]
        public MLImage Picture { get; set; } = null!;
    }

    private sealed class PixelRow
    {
        [VectorType(3 * Pixels), ColumnName("pixels")]
        public float[] Values { get; set; } = [];
    }

    private sealed class TensorRow
    {
        [VectorType(3 * Pixels), ColumnName("image")]
        public float[] Image { get; set; } = [];
    }

    private sealed class Answer
    {
        [ColumnName("probabilities")]
        public float[] Probabilities { get; set; } = [];
    }
}
