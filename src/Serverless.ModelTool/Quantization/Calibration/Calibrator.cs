using Microsoft.ML.OnnxRuntime;
using Serverless.Classifier.Inference;
using Serverless.Classifier.Inference.Graphs;
using Serverless.Classifier.Models;
using Serverless.ModelTool.Quantization.Graphs;

namespace Serverless.ModelTool.Quantization.Calibration;

/// <summary>What the tensors of a plan held while the float32 network looked at pictures.</summary>
/// <param name="Tensors">By the tensor's name.</param>
/// <param name="PictureCount">How many pictures it saw.</param>
internal sealed record Observations(IReadOnlyDictionary<string, Observed> Tensors, int PictureCount);

/// <summary>What was seen of one tensor.</summary>
/// <param name="Histogram">Its values.</param>
/// <param name="Means">The mean of each channel.</param>
internal sealed record Observed(Histogram Histogram, IReadOnlyList<double> Means);

/// <summary>Runs the float32 graph on pictures and watches the tensors that are to become bytes. Keeps counts, never the tensors.</summary>
internal static class Calibrator
{
    /// <summary>Watches.</summary>
    /// <exception cref="ModelToolException">No picture can be read, or the network computes no numbers.</exception>
    public static async Task<Observations> ObserveAsync(
        FloatGraph graph, QuantizationPlan plan, ModelSession model, Pictures pictures, Action<long, long?> progress, CancellationToken cancellation)
    {
        string[] tensors = [.. plan.Tensors.Keys.Where(tensor => graph.ProducerOf(tensor) is not null)];
        using var session = graph.Open(tensors);
        var watched = tensors.Select(_ => new Watch()).ToArray();
        var input = new Watch();
        var (seen, looked) = (0, 0);
        await foreach (var tensor in pictures.TensorsAsync(model, cancellation))
        {
            cancellation.ThrowIfCancellationRequested();
            if (tensor is not null)
            {
                Run(session, graph.Contract, model.Model.Manifest.Input, tensor, tensors, watched, input);
                seen++;
            }

            progress(++looked, pictures.Files.Count);
        }

        return seen > 0
            ? new(tensors.Zip(watched).Append((graph.Contract.InputName, input)).ToDictionary(pair => pair.Item1, pair => pair.Item2.Result()), seen)
            : throw new ModelToolException($"None of the {pictures.Files.Count} pictures to calibrate with can be read.");
    }

    private static void Run(
        InferenceSession session, GraphContract contract, ModelInput input, float[] tensor, string[] names, Watch[] watched, Watch watchedInput)
    {
        // A graph with a fixed batch gets the picture in every place, so that nothing else is counted.
        float[] images = [.. Enumerable.Repeat(tensor, contract.Batch).SelectMany(image => image)];
        long[] shape = contract.Layout == TensorLayout.Nchw ? [contract.Batch, 3, input.Height, input.Width] : [contract.Batch, input.Height, input.Width, 3];
        using var value = OrtValue.CreateTensorValueFromMemory(images, shape);
        using var options = new RunOptions();
        using var outputs = session.Run(options, [contract.InputName], [value], names);
        Parallel.For(0, names.Length, index => watched[index].Add(outputs[index].GetTensorDataAsSpan<float>(), outputs[index].GetTensorTypeAndShape().Shape));
        watchedInput.Add(images, shape);
    }

    private sealed class Watch
    {
        private readonly Histogram _histogram = new();
        private double[] _sums = [];
        private long _countOfChannel;

        public void Add(ReadOnlySpan<float> values, long[] shape)
        {
            _histogram.Add(values);
            if (shape.Length != 4)
            {
                return;
            }

            var (channels, area) = ((int)shape[1], (int)(shape[2] * shape[3]));
            Array.Resize(ref _sums, channels);
            for (var start = 0; start < values.Length; start += area)
            {
                var sum = 0.0;
                foreach (var value in values.Slice(start, area))
                {
                    sum += value;
                }

                _sums[start / area % channels] += sum;
            }

            _countOfChannel += values.Length / channels;
        }

        public Observed Result() => new(_histogram, [.. _sums.Select(sum => sum / _countOfChannel)]);
    }
}
