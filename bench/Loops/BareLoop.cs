using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;

namespace Serverless.Benchmarks.Loops;

/// <summary>An ONNX Runtime session as its documentation shows it: what a run costs before anybody has done anything.</summary>
internal sealed class BareLoop : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly string _input;
    private readonly int[] _shape;
    private readonly string _output;
    private OrtValue? _tensor;
    private int _batch;

    /// <param name="model">The model's folder; its graph has one input, and its first output is the classes.</param>
    /// <param name="threads">The threads of a run; 0 leaves them to ONNX Runtime.</param>
    public BareLoop(string model, int threads)
    {
        using var options = new SessionOptions { IntraOpNumThreads = threads };
        _session = new InferenceSession(Path.Combine(model, "model.onnx"), options);
        (_input, var input) = _session.InputMetadata.Single();
        (_shape, _output) = (input.Dimensions[1..], _session.OutputNames[0]);
    }

    /// <summary>Runs the network on blank images and returns the milliseconds.</summary>
    /// <param name="batch">How many images at once; at least 1.</param>
    public double Run(int batch)
    {
        if (_batch != batch)
        {
            _tensor?.Dispose();
            _tensor = OrtValue.CreateTensorValueFromMemory(new float[_shape.Aggregate(batch, (length, axis) => length * axis)], [batch, .. _shape.Select(axis => (long)axis)]);
            _batch = batch;
        }

        var start = Stopwatch.GetTimestamp();
        using var outputs = _session.Run(_options, [_input], [_tensor!], [_output]);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    public void Dispose()
    {
        _tensor?.Dispose();
        _options.Dispose();
        _session.Dispose();
    }
}
