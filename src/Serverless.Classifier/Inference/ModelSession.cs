using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Serverless.Classifier.Inference.Graphs;
using Serverless.Classifier.Models;

namespace Serverless.Classifier.Inference;

/// <summary>A model in memory: its ONNX Runtime session, warm. Runs may overlap.</summary>
internal sealed class ModelSession : INetwork, IDisposable
{
    private const int CudaBatch = 32;
    private const int IntegerBatch = 8;

    private readonly RunnableSession _session;
    private readonly OneThreadSession _oneThread;
    private readonly GraphContract _contract;
    private readonly long[] _inputShape;
    private readonly int _imageLength;
    private OutputTensor? _classWeights;
    private bool _isDisposed;

    private ModelSession(RunnableGraph graph, RunnableSession session, GraphContract contract)
    {
        (Model, Device, IsPrepared, CanRepeat, _session, _contract) = (graph.Model, graph.Device, graph.IsPrepared, graph.IsCheapToRepeat, session, contract);
        Identity = new ModelIdentity(Model.Manifest.Name, graph.Sha256);
        _oneThread = new OneThreadSession(this);
        BestBatch = !contract.IsBatchFree ? contract.Batch : Device == InferenceDevice.Cuda ? CudaBatch : graph.ComputesInIntegers ? IntegerBatch : 1;
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

    /// <summary>Reads the graph, checks it against manifest and labels, makes the session and warms it up. Blocks while it works.</summary>
    /// <exception cref="InvalidDataException">The files do not fit together; the message says which and how.</exception>
    public static ModelSession Load(ModelFolder model, InferenceDevice device) => Load(RunnableGraph.Open(model, device));

    /// <summary>Checks a graph against manifest and labels, makes the session and warms it up. Blocks while it works.</summary>
    /// <inheritdoc cref="Load(ModelFolder, InferenceDevice)" path="/exception"/>
    public static ModelSession Load(RunnableGraph graph)
    {
        var session = graph.CreateSession();
        try
        {
            var loaded = new ModelSession(graph, session, GraphContract.Read(session.Session, graph.Model.Manifest));
            loaded.CheckShapes();
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
        RunBatch([tensor], [], RunWidth.AllThreads, cancellation)[0].Classes;

    /// <summary>Runs the network on one image and gives further tensors beside the classes.</summary>
    /// <param name="tensor"><see cref="TensorLength"/> float32 values in <see cref="Layout"/>.</param>
    /// <param name="features">Names of the manifest's <see cref="Manifest.Features"/> whose first axis is the batch.</param>
    /// <param name="cancellation">Stops the run between two nodes of the graph.</param>
    public NetworkAnswer RunWithFeatures(ReadOnlyMemory<float> tensor, IReadOnlyList<string> features, CancellationToken cancellation) =>
        RunBatch([tensor], features, RunWidth.AllThreads, cancellation)[0];

    /// <summary>
    /// How many images a run of several takes best. A processor gains by a batch in 8-bit integers and next to nothing in float32, which costs memory
    /// (<c>docs/decisions/scheduling.md</c>); a graphics card gains much. A graph with a fixed batch computes all of its places, filled or not.
    /// </summary>
    public int BestBatch { get; }

    /// <inheritdoc/>
    /// <remarks>Each tensor has <see cref="TensorLength"/> float32 values in <see cref="Layout"/>.</remarks>
    public NetworkAnswer[] RunBatch(
        IReadOnlyList<ReadOnlyMemory<float>> tensors, IReadOnlyList<string> features, RunWidth width, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return Run(
            width == RunWidth.AllThreads ? _session.Session : _oneThread.Session,
            tensors,
            [_contract.OutputName, .. features],
            outputs => Split(outputs, tensors.Count),
            cancellation);
    }

    /// <inheritdoc/>
    public bool IsReadyFor(RunWidth width) => width == RunWidth.AllThreads || _oneThread.IsReady;

    /// <summary>Whether a second session of the model costs little beside this one: where its weights are few, or mapped and so shared.</summary>
    public bool CanRepeat { get; }

    /// <summary>Makes a second session of the very same graph that computes with one thread: that of the caller. Blocks while it works.</summary>
    /// <exception cref="InvalidDataException">The file is not what it was.</exception>
    public RunnableSession Repeat()
    {
        var graph = RunnableGraph.Open(Model, Device);
        return graph.Sha256 == Identity.Sha256 ? graph.CreateSession(threads: 1) : throw new InvalidDataException($"{Model.GraphPath} has changed since it was loaded");
    }

    /// <summary>Reads the weights that the manifest names as <see cref="ModelFeatures.ClassWeights"/>, once; null where it names none.</summary>
    public OutputTensor? ClassWeights => Model.Manifest.Features?.ClassWeights is { } name ? _classWeights ??= ReadWeights(name) : null;

    public void Dispose()
    {
        _isDisposed = true;
        _oneThread.Dispose();
        _session.Dispose();
    }

    /// <summary>Holds the shapes of what the graph gives against labels and manifest.</summary>
    private void CheckShapes()
    {
        var features = Model.Manifest.Features;
        // A run warms the session up as well, for the price of one; a prepared graph starts nearly as warm, and at a start every core is needed elsewhere.
        var (classes, map, vector, weights) = (IsPrepared ? DeclaredShapes(features) : null) ?? MeasuredShapes(features);
        if (Length(classes) != Model.Labels.Count)
        {
            throw new InvalidDataException(
                $"its graph tells {Length(classes)} classes apart, {Path.Combine(Model.Folder, Model.Manifest.Output.Labels)} names {Model.Labels.Count}");
        }

        if (map is not null && vector is not null && Length(vector) != map[0])
        {
            throw new InvalidDataException(
                $"its {features!.Map} has {map[0]} channels, its {features.Vector} {Length(vector)} numbers: features.vector is not the average of features.map");
        }

        if (weights is not null && !weights.Order().SequenceEqual(new[] { map![0], Length(classes) }.Order()))
        {
            throw new InvalidDataException(
                $"its {features!.ClassWeights} is [{string.Join(", ", weights)}], features.classWeights has to be [{map[0]}, {Length(classes)}] (channels of features.map, classes)");
        }
    }

    /// <summary>What the graph says of its outputs; null where it leaves a length open.</summary>
    private OutputShapes? DeclaredShapes(ModelFeatures? features)
    {
        var shapes = new OutputShapes(OfOneImage(_contract.OutputName), OfOneImage(features?.Map), OfOneImage(features?.Vector), Declared(features?.ClassWeights));
        return new[] { shapes.Classes, shapes.Map, shapes.Vector, shapes.ClassWeights }.All(shape => shape?.All(length => length > 0) != false) ? shapes : null;

        int[]? Declared(string? output) => output is null ? null : _session.Session.OutputMetadata[output].Dimensions;
        int[]? OfOneImage(string? output) => Declared(output)?[1..];
    }

    /// <summary>What the outputs are in a run.</summary>
    private OutputShapes MeasuredShapes(ModelFeatures? features)
    {
        var (classes, tensors) = RunWithFeatures(new float[_imageLength], [.. new[] { features?.Map, features?.Vector }.OfType<string>()], CancellationToken.None);
        var shapes = tensors.Select(tensor => tensor.Shape).ToList();
        return new(
            [classes.Length],
            features?.Map is null ? null : shapes[0],
            features?.Vector is null ? null : shapes[^1],
            features?.ClassWeights is { } weights ? ReadWeights(weights).Shape : null);
    }

    private static int Length(int[]? shape) => shape!.Aggregate(1, (product, length) => product * length);

    private T Run<T>(
        InferenceSession session, IReadOnlyList<ReadOnlyMemory<float>> tensors, string[] outputs, Func<IReadOnlyList<OrtValue>, T> read, CancellationToken cancellation)
    {
        using var input = CreateInput(tensors, Math.Max(tensors.Count, _contract.Batch));
        using var options = new RunOptions();
        using var registration = cancellation.Register(() => options.Terminate = true);
        try
        {
            using var values = session.Run(options, [_contract.InputName], [input.Value], outputs);
            return read(values);
        }
        catch (OnnxRuntimeException) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
    }

    /// <summary>Weights do not depend on the image, but only a run gives them out.</summary>
    private OutputTensor ReadWeights(string name) =>
        Run(
            _session.Session,
            [new float[_imageLength]],
            [name],
            outputs => new OutputTensor(Shape(outputs[0]), Read(outputs[0], 0, (int)outputs[0].GetTensorTypeAndShape().ElementCount)),
            CancellationToken.None);

    /// <summary>A single float32 tensor is read where it lies; what has to be joined, filled up or made narrower is made so in a rented array.</summary>
    private PooledInput CreateInput(IReadOnlyList<ReadOnlyMemory<float>> tensors, int batch)
    {
        long[] shape = [batch, .. _inputShape];
        if (_contract.InputType == TensorElementType.Float16)
        {
            return Join<Float16>(tensors, batch, shape, (tensor, halves) => TensorPrimitives.ConvertToHalf(tensor, MemoryMarshal.Cast<Float16, Half>(halves)));
        }

        return batch == 1
            ? new PooledInput(OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, MemoryMarshal.AsMemory(tensors[0]), shape), giveBack: null)
            : Join<float>(tensors, batch, shape, (tensor, floats) => tensor.CopyTo(floats));
    }

    /// <summary>The images first, and zeros in the other places of a graph with a fixed batch.</summary>
    private PooledInput Join<T>(IReadOnlyList<ReadOnlyMemory<float>> tensors, int batch, long[] shape, Conversion<T> convert)
        where T : unmanaged
    {
        var length = _imageLength * batch;
        var joined = ArrayPool<T>.Shared.Rent(length);
        for (var image = 0; image < tensors.Count; image++)
        {
            convert(tensors[image].Span, joined.AsSpan(image * _imageLength, _imageLength));
        }

        joined.AsSpan(tensors.Count * _imageLength, length - (tensors.Count * _imageLength)).Clear();
        return new PooledInput(
            OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, joined.AsMemory(0, length), shape),
            () => ArrayPool<T>.Shared.Return(joined));
    }

    private delegate void Conversion<T>(ReadOnlySpan<float> tensor, Span<T> values);

    /// <summary>The answers of the first images of a batch.</summary>
    private NetworkAnswer[] Split(IReadOnlyList<OrtValue> outputs, int images)
    {
        var batch = Math.Max(images, _contract.Batch);
        var lengths = outputs.Select(output => (int)output.GetTensorTypeAndShape().ElementCount / batch).ToArray();
        var answers = new NetworkAnswer[images];
        for (var image = 0; image < images; image++)
        {
            var features = new OutputTensor[outputs.Count - 1];
            for (var feature = 1; feature < outputs.Count; feature++)
            {
                features[feature - 1] = new(Shape(outputs[feature])[1..], Read(outputs[feature], image * lengths[feature], lengths[feature]));
            }

            answers[image] = new(Read(outputs[0], image * lengths[0], lengths[0]), features);
        }

        return answers;
    }

    private static int[] Shape(OrtValue value) => [.. value.GetTensorTypeAndShape().Shape.Select(length => (int)length)];

    private static float[] Read(OrtValue output, int start, int count)
    {
        if (output.GetTensorTypeAndShape().ElementDataType != TensorElementType.Float16)
        {
            return output.GetTensorDataAsSpan<float>().Slice(start, count).ToArray();
        }

        var values = new float[count];
        TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<Float16, Half>(output.GetTensorDataAsSpan<Float16>().Slice(start, count)), values);
        return values;
    }

    /// <summary>An input tensor; where it lies over a rented array, that goes back when the run is over.</summary>
    private readonly struct PooledInput(OrtValue value, Action? giveBack) : IDisposable
    {
        public OrtValue Value { get; } = value;

        public void Dispose()
        {
            Value.Dispose();
            giveBack?.Invoke();
        }
    }

    /// <summary>Shapes of the outputs, of one image where they depend on it; null for what the manifest does not name.</summary>
    private sealed record OutputShapes(int[]? Classes, int[]? Map, int[]? Vector, int[]? ClassWeights);
}
