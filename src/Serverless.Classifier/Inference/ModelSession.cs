using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Serverless.Classifier.Inference.Graphs;
using Serverless.Classifier.Models;

namespace Serverless.Classifier.Inference;

/// <summary>A model in memory: its ONNX Runtime session, warm. Runs may overlap.</summary>
internal sealed class ModelSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly GraphContract _contract;
    private readonly long[] _inputShape;
    private readonly int _imageLength;
    private OutputTensor? _classWeights;
    private bool _isDisposed;

    private ModelSession(RunnableGraph graph, InferenceSession session, GraphContract contract)
    {
        (Model, Device, IsPrepared, _session, _contract) = (graph.Model, graph.Device, graph.IsPrepared, session, contract);
        Identity = new ModelIdentity(Model.Manifest.Name, graph.Sha256);
        var input = Model.Manifest.Input;
        _imageLength = 3 * input.Height * input.Width;
        _inputShape = contract.Layout == TensorLayout.Nchw ? [3, input.Height, input.Width] : [input.Height, input.Width, 3];
    }

    /// <summary>The files that it was made from.</summary>
    public ModelFolder Model { get; }

    /// <summary>Its name and checksum.</summary>
    public ModelIdentity Identity { get; }

    /// <summary>Where it runs: <see cref="InferenceDevice.Cpu"/> or <see cref="InferenceDevice.Cuda"/>.</summary>
    public InferenceDevice Device { get; }

    /// <summary>Whether it was made from a prepared graph.</summary>
    public bool IsPrepared { get; }

    /// <summary>Order of the axes of the tensor that <see cref="Run(ReadOnlyMemory{float}, CancellationToken)"/> takes.</summary>
    public TensorLayout Layout => _contract.Layout;

    /// <summary>Length of the tensor that <see cref="Run(ReadOnlyMemory{float}, CancellationToken)"/> takes.</summary>
    public int TensorLength => _imageLength;

    /// <summary>Reads the graph, checks it against manifest and labels, makes the session and runs it once. Blocks while it works.</summary>
    /// <exception cref="InvalidDataException">The files do not fit together; the message says which and how.</exception>
    public static ModelSession Load(ModelFolder model, InferenceDevice device) => Load(RunnableGraph.Open(model, device));

    /// <summary>Checks a graph against manifest and labels, makes the session and runs it once. Blocks while it works.</summary>
    /// <inheritdoc cref="Load(ModelFolder, InferenceDevice)" path="/exception"/>
    public static ModelSession Load(RunnableGraph graph)
    {
        var session = graph.CreateSession();
        try
        {
            var loaded = new ModelSession(graph, session, GraphContract.Read(session, graph.Model.Manifest));
            loaded.WarmUp();
            return loaded;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Runs the network on one image.</summary>
    /// <param name="tensor"><see cref="TensorLength"/> float32 values in <see cref="Layout"/>.</param>
    /// <param name="cancellation">Stops the run between two nodes of the graph.</param>
    /// <returns>One number a class, as the graph gives them.</returns>
    public float[] Run(ReadOnlyMemory<float> tensor, CancellationToken cancellation) =>
        Run(tensor, 1, [_contract.OutputName], outputs => ReadImages(outputs[0], 1), cancellation);

    /// <summary>Runs the network on one image and gives further tensors beside the classes.</summary>
    /// <param name="tensor"><see cref="TensorLength"/> float32 values in <see cref="Layout"/>.</param>
    /// <param name="features">Names of the manifest's <see cref="Manifest.Features"/> whose first axis is the batch.</param>
    /// <param name="cancellation">Stops the run between two nodes of the graph.</param>
    /// <returns>The classes, and for each name its values for the image; their shapes are without the batch.</returns>
    public (float[] Classes, IReadOnlyList<OutputTensor> Features) RunWithFeatures(
        ReadOnlyMemory<float> tensor, IReadOnlyList<string> features, CancellationToken cancellation) =>
        Run(
            tensor,
            1,
            [_contract.OutputName, .. features],
            outputs => (ReadImages(outputs[0], 1), (IReadOnlyList<OutputTensor>)[.. outputs.Skip(1).Select(output => new OutputTensor(Shape(output)[1..], ReadImages(output, 1)))]),
            cancellation);

    /// <summary>
    /// How many images a run of several takes best. A processor gains at most an eighth by a batch (VGG16 on two cores: 62 ms an image instead of 70) and
    /// keeps the memory for it (200 to 400 MB); a graphics card gains much.
    /// </summary>
    public int BestBatch => Device == InferenceDevice.Cuda ? int.MaxValue : 1;

    /// <summary>Runs the network on several images, one after the other or in batches.</summary>
    /// <param name="tensors">The images' tensors, one behind the other.</param>
    /// <param name="batch">The most images in a run where the graph's batch is free; a fixed one is always filled.</param>
    /// <param name="cancellation">Stops the run between two nodes of the graph.</param>
    /// <returns>The classes of the first image, then those of the second, and so on.</returns>
    public float[] RunMany(ReadOnlyMemory<float> tensors, int batch, CancellationToken cancellation)
    {
        var images = tensors.Length / _imageLength;
        var atOnce = _contract.IsBatchFree ? batch : _contract.Batch;
        var classes = new float[images * Model.Labels.Count];
        for (var first = 0; first < images; first += atOnce)
        {
            var count = Math.Min(atOnce, images - first);
            Run(tensors.Slice(first * _imageLength, count * _imageLength), count, [_contract.OutputName], outputs => ReadImages(outputs[0], count), cancellation)
                .CopyTo(classes, first * Model.Labels.Count);
        }

        return classes;
    }

    /// <summary>Reads the weights that the manifest names as <see cref="ModelFeatures.ClassWeights"/>, once; null where it names none.</summary>
    public OutputTensor? ClassWeights => Model.Manifest.Features?.ClassWeights is { } name ? _classWeights ??= ReadWeights(name) : null;

    public void Dispose()
    {
        _isDisposed = true;
        _session.Dispose();
    }

    private void WarmUp()
    {
        var features = Model.Manifest.Features;
        var (classes, tensors) = RunWithFeatures(new float[_imageLength], [.. new[] { features?.Map, features?.Vector }.OfType<string>()], CancellationToken.None);
        if (classes.Length != Model.Labels.Count)
        {
            throw new InvalidDataException(
                $"its graph tells {classes.Length} classes apart, {Path.Combine(Model.Folder, Model.Manifest.Output.Labels)} names {Model.Labels.Count}");
        }

        if (features is { Map: { } map, Vector: { } vector } && tensors[1].Values.Length != tensors[0].Shape[0])
        {
            throw new InvalidDataException($"its {map} has {tensors[0].Shape[0]} channels, its {vector} {tensors[1].Values.Length} numbers: features.vector is not the average of features.map");
        }

        if (features?.ClassWeights is { } weights && ReadWeights(weights).Shape is var shape
            && !(shape.Order().SequenceEqual(new[] { tensors[0].Shape[0], classes.Length }.Order())))
        {
            throw new InvalidDataException(
                $"its {weights} is [{string.Join(", ", shape)}], features.classWeights has to be [{tensors[0].Shape[0]}, {classes.Length}] (channels of features.map, classes)");
        }
    }

    private T Run<T>(
        ReadOnlyMemory<float> tensors, int images, string[] outputs, Func<IReadOnlyList<OrtValue>, T> read, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        using var input = CreateInput(tensors.Span, Math.Max(images, _contract.Batch));
        using var options = new RunOptions();
        using var registration = cancellation.Register(() => options.Terminate = true);
        try
        {
            using var values = _session.Run(options, [_contract.InputName], [input.Value], outputs);
            return read(values);
        }
        catch (OnnxRuntimeException) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
    }

    /// <summary>Weights do not depend on the image, but only a run gives them out.</summary>
    private OutputTensor ReadWeights(string name) =>
        Run(new float[_imageLength], 1, [name], outputs => new OutputTensor(Shape(outputs[0]), Read(outputs[0], (int)outputs[0].GetTensorTypeAndShape().ElementCount)), CancellationToken.None);

    private PooledInput CreateInput(ReadOnlySpan<float> tensors, int batch)
    {
        // A graph with a fixed batch gets the images first and zeros in the other places.
        var length = _imageLength * batch;
        long[] shape = [batch, .. _inputShape];
        if (_contract.InputType == TensorElementType.Float16)
        {
            var halves = ArrayPool<Float16>.Shared.Rent(length);
            TensorPrimitives.ConvertToHalf(tensors, MemoryMarshal.Cast<Float16, Half>(halves.AsSpan(0, tensors.Length)));
            halves.AsSpan(tensors.Length, length - tensors.Length).Clear();
            return new PooledInput(
                OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, halves.AsMemory(0, length), shape),
                () => ArrayPool<Float16>.Shared.Return(halves));
        }

        var floats = ArrayPool<float>.Shared.Rent(length);
        tensors.CopyTo(floats);
        floats.AsSpan(tensors.Length, length - tensors.Length).Clear();
        return new PooledInput(
            OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, floats.AsMemory(0, length), shape),
            () => ArrayPool<float>.Shared.Return(floats));
    }

    private static int[] Shape(OrtValue value) => [.. value.GetTensorTypeAndShape().Shape.Select(length => (int)length)];

    /// <summary>The values of the first images of a batch.</summary>
    private float[] ReadImages(OrtValue output, int images) =>
        Read(output, (int)output.GetTensorTypeAndShape().ElementCount / Math.Max(images, _contract.Batch) * images);

    private static float[] Read(OrtValue output, int count)
    {
        if (output.GetTensorTypeAndShape().ElementDataType != TensorElementType.Float16)
        {
            return output.GetTensorDataAsSpan<float>()[..count].ToArray();
        }

        var values = new float[count];
        TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<Float16, Half>(output.GetTensorDataAsSpan<Float16>()[..count]), values);
        return values;
    }

    /// <summary>An input tensor over a rented array, which goes back when the run is over.</summary>
    private readonly struct PooledInput(OrtValue value, Action giveBack) : IDisposable
    {
        public OrtValue Value { get; } = value;

        public void Dispose()
        {
            Value.Dispose();
            giveBack();
        }
    }
}
