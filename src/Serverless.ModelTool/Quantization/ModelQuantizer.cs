using Serverless.Classifier.Inference;
using Serverless.Classifier.Models;
using Serverless.ModelTool.Quantization.Accuracy;
using Serverless.ModelTool.Quantization.Calibration;
using Serverless.ModelTool.Quantization.Graphs;
using Serverless.ModelTool.Quantization.Weights;

namespace Serverless.ModelTool.Quantization;

/// <summary>Makes an int8 model of a float32 one, in a folder of its own that is gone with it.</summary>
/// <remarks>
/// <list type="number">
/// <item>ONNX Runtime simplifies the graph.</item>
/// <item>The plan: which operations compute in bytes.</item>
/// <item>The float32 network looks at pictures; histograms of the tensors are kept.</item>
/// <item>The weights are quantized, once.</item>
/// <item>Each method's ranges make a graph; the one whose answers to other pictures are nearest to float32's is kept.</item>
/// <item>Both models answer the pictures of the check.</item>
/// </list>
/// </remarks>
internal sealed class ModelQuantizer : IDisposable
{
    private readonly DirectoryInfo _work = Directory.CreateTempSubdirectory("quantize-");
    private readonly ModelFolder _model;
    private readonly QuantizationOptions _options;
    private readonly Action<string, long, long?> _progress;

    /// <param name="model">The float32 model.</param>
    /// <param name="options">What the user says.</param>
    /// <param name="progress">Told what is done, how far it is and how much there is.</param>
    public ModelQuantizer(ModelFolder model, QuantizationOptions options, Action<string, long, long?> progress) => (_model, _options, _progress) = (model, options, progress);

    /// <summary>Full path of the graph that was made.</summary>
    public string GraphPath => Path.Combine(_work.FullName, _model.Manifest.Graph.File);

    /// <summary>Full path of its weights, if they are not in the graph.</summary>
    public string WeightsPath => Path.Combine(_work.FullName, WeightsFile);

    /// <summary>Size of what was made.</summary>
    public long Bytes => new FileInfo(GraphPath).Length + (File.Exists(WeightsPath) ? new FileInfo(WeightsPath).Length : 0);

    private string WeightsFile => Path.ChangeExtension(_model.Manifest.Graph.File, ".weights");

    /// <summary>Quantizes.</summary>
    /// <exception cref="ModelToolException">The model or the pictures do not allow it.</exception>
    public async Task<QuantizationResult> QuantizeAsync(PictureSplit pictures, CancellationToken cancellation)
    {
        _progress("Simplifying the graph", 0, null);
        var graph = FloatGraph.Simplify(_model, _work.CreateSubdirectory("float").FullName); // 1
        var plan = Planner.Make(graph, _options.KeepFloat); // 2
        using var float32 = ModelSession.Load(_model, InferenceDevice.Cpu);
        var seen = await Calibrator.ObserveAsync(graph, plan, float32, pictures.Calibration, Report("Calibrating"), cancellation); // 3
        var candidates = _options.Methods.ToDictionary(method => method, method => Scales(graph, plan, seen, method));
        var weights = QuantizedWeights.Quantize( // 4
            graph, plan, seen, tensor => candidates.Values.Min(scales => scales[tensor].Scale), DenseBits, Report("Quantizing weights"), cancellation);
        var weightsSha256 = weights.Stored.NeedFile ? weights.Stored.Write(WeightsPath) : null;

        byte[] Graph(CalibrationMethod method) => QuantizedGraph.Make(graph, plan, weights, candidates[method], WeightsFile, weightsSha256);
        var trials = await ChooseAsync(Graph, float32, pictures.Choice, cancellation); // 5
        var method = trials.MinBy(trial => trial.Comparison?.Divergence ?? 0)!.Method;
        await File.WriteAllBytesAsync(GraphPath, Graph(method), cancellation);
        var check = await CompareAsync(await Answers.OfAsync(float32, pictures.Check, Report("Checking: float32"), cancellation), pictures.Check, "Checking: int8", cancellation); // 6
        return check.Pictures > 0
            ? new(method, trials, check, Skipped: pictures.Calibration.Files.Count - seen.PictureCount + pictures.Check.Files.Count - check.Pictures)
            : throw new ModelToolException($"None of the {pictures.Check.Files.Count} pictures to check with can be read.");
    }

    public void Dispose() => _work.Delete(recursive: true);

    /// <summary>What a dense layer's weights get.</summary>
    private int DenseBits(DenseLayer layer)
    {
        const long ManyWeights = 1 << 22;
        // The float32 form of the weights is put together from bytes.
        return layer.GivesWeights ? 8 : _options.DenseBits ?? ((long)layer.Inputs * layer.Outputs > ManyWeights ? 4 : 8);
    }

    private async Task<IReadOnlyList<Trial>> ChooseAsync(
        Func<CalibrationMethod, byte[]> graph, ModelSession float32, Pictures pictures, CancellationToken cancellation)
    {
        List<Trial> trials = [];
        if (_options.Methods is [var only])
        {
            return [new(only, null)];
        }

        var expected = await Answers.OfAsync(float32, pictures, Report("Asking float32"), cancellation);
        foreach (var method in _options.Methods)
        {
            await File.WriteAllBytesAsync(GraphPath, graph(method), cancellation);
            trials.Add(new(method, await CompareAsync(expected, pictures, $"Trying {method.Name()}", cancellation)));
        }

        return trials;
    }

    private async Task<Comparison> CompareAsync(Answers expected, Pictures pictures, string title, CancellationToken cancellation)
    {
        // As it will be served: by the classifier's own session, from files.
        var manifest = _model.Manifest with { Graph = _model.Manifest.Graph with { Sha256 = null } };
        using var session = ModelSession.Load(_model with { Folder = _work.FullName, Manifest = manifest }, InferenceDevice.Cpu);
        return Comparison.Of(expected, await Answers.OfAsync(session, pictures, Report(title), cancellation), _model.Labels);
    }

    private Dictionary<string, ActivationScale> Scales(FloatGraph graph, QuantizationPlan plan, Observations seen, CalibrationMethod method) =>
        plan.Scaled.ToDictionary(tensor => tensor, tensor =>
        {
            // Pictures are bytes: what a network is given has a known range, whatever was seen.
            if (tensor == graph.Contract.InputName)
            {
                var (lowest, highest) = InputRange.Of(_model.Manifest.Input);
                return ActivationScale.Covering(lowest, highest);
            }

            var (min, max) = RangeFinder.Find(seen.Tensors[tensor].Histogram, method);
            return ActivationScale.Covering(min, plan.Ceilings.TryGetValue(tensor, out var ceiling) ? Math.Min(max, ceiling) : max);
        });

    private Action<long, long?> Report(string title) => (done, whole) => _progress(title, done, whole);
}

/// <summary>What was made.</summary>
/// <param name="Method">Where its ranges are from.</param>
/// <param name="Trials">How near each method came.</param>
/// <param name="Check">How it compares with float32.</param>
/// <param name="Skipped">How many pictures could not be read.</param>
internal sealed record QuantizationResult(CalibrationMethod Method, IReadOnlyList<Trial> Trials, Comparison Check, int Skipped);

/// <summary>One method, tried.</summary>
/// <param name="Method">Which.</param>
/// <param name="Comparison">How it compares with float32; null where there was no choice.</param>
internal sealed record Trial(CalibrationMethod Method, Comparison? Comparison);
