using System.Buffers;
using System.Numerics.Tensors;
using System.Security.Cryptography;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Serverless.Classifier.Models;

namespace Serverless.Classifier.Inference;

/// <summary>A model in memory: its ONNX Runtime session, warm. Runs may overlap.</summary>
internal sealed class ModelSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly GraphContract _contract;
    private readonly long[] _inputShape;
    private readonly int _imageLength;

    private ModelSession(ModelFolder model, string sha256, InferenceDevice device, InferenceSession session, GraphContract contract)
    {
        (Model, Identity, Device, _session, _contract) = (model, new ModelIdentity(model.Manifest.Name, sha256), device, session, contract);
        var input = model.Manifest.Input;
        _imageLength = 3 * input.Height * input.Width;
        _inputShape = contract.Layout == TensorLayout.Nchw
            ? [contract.Batch, 3, input.Height, input.Width]
            : [contract.Batch, input.Height, input.Width, 3];
    }

    /// <summary>The files that it was made from.</summary>
    public ModelFolder Model { get; }

    /// <summary>Its name and checksum.</summary>
    public ModelIdentity Identity { get; }

    /// <summary>Where it runs: <see cref="InferenceDevice.Cpu"/> or <see cref="InferenceDevice.Cuda"/>.</summary>
    public InferenceDevice Device { get; }

    /// <summary>Order of the axes of the tensor that <see cref="Run"/> takes.</summary>
    public TensorLayout Layout => _contract.Layout;

    /// <summary>Length of the tensor that <see cref="Run"/> takes.</summary>
    public int TensorLength => _imageLength;

    /// <summary>Reads the graph, checks it against manifest and labels, makes the session and runs it once. Blocks while it works.</summary>
    /// <exception cref="InvalidDataException">The files do not fit together; the message says which and how.</exception>
    public static ModelSession Load(ModelFolder model, InferenceDevice device)
    {
        if (!model.HasGraph)
        {
            throw new InvalidDataException(model.Manifest.Source is null
                ? $"{model.GraphPath} is missing"
                : $"its weights are not here yet: ./run models pull {model.Manifest.Name}");
        }

        // Read once: what is hashed is what runs.
        var graph = File.ReadAllBytes(model.GraphPath);
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(graph));
        if (model.Manifest.Graph.Sha256 is { } expected && expected != sha256)
        {
            throw new InvalidDataException($"{model.GraphPath} has the SHA-256 {sha256}, its manifest says {expected}");
        }

        // What goes wrong comes as an exception; the same in red on the console would be told twice.
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", model.Folder);
        var actual = ExecutionProviders.Append(options, device);
        InferenceSession session;
        try
        {
            session = new InferenceSession(graph, options);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new InvalidDataException($"ONNX Runtime refuses {model.GraphPath}: {exception.Message.ReplaceLineEndings(" ").Trim()}", exception);
        }

        try
        {
            var loaded = new ModelSession(model, sha256, actual, session, GraphContract.Read(session, model.Manifest));
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
    public float[] Run(ReadOnlyMemory<float> tensor, CancellationToken cancellation)
    {
        using var input = CreateInput(tensor.Span);
        using var options = new RunOptions();
        using var registration = cancellation.Register(() => options.Terminate = true);
        try
        {
            using var outputs = _session.Run(options, [_contract.InputName], [input.Value], [_contract.OutputName]);
            return ReadFirstImage(outputs[0]);
        }
        catch (OnnxRuntimeException) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
    }

    public void Dispose() => _session.Dispose();

    private void WarmUp()
    {
        var classes = Run(new float[_imageLength], CancellationToken.None).Length;
        if (classes != Model.Labels.Count)
        {
            throw new InvalidDataException(
                $"its graph tells {classes} classes apart, {Path.Combine(Model.Folder, Model.Manifest.Output.Labels)} names {Model.Labels.Count}");
        }
    }

    private PooledInput CreateInput(ReadOnlySpan<float> tensor)
    {
        // A graph with a fixed batch gets the image first and zeros in the other places.
        var length = _imageLength * _contract.Batch;
        if (_contract.InputType == TensorElementType.Float16)
        {
            var halves = ArrayPool<Float16>.Shared.Rent(length);
            TensorPrimitives.ConvertToHalf(tensor, System.Runtime.InteropServices.MemoryMarshal.Cast<Float16, Half>(halves.AsSpan(0, _imageLength)));
            halves.AsSpan(_imageLength, length - _imageLength).Clear();
            return new PooledInput(
                OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, halves.AsMemory(0, length), _inputShape),
                () => ArrayPool<Float16>.Shared.Return(halves));
        }

        var floats = ArrayPool<float>.Shared.Rent(length);
        tensor.CopyTo(floats);
        floats.AsSpan(_imageLength, length - _imageLength).Clear();
        return new PooledInput(
            OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, floats.AsMemory(0, length), _inputShape),
            () => ArrayPool<float>.Shared.Return(floats));
    }

    private float[] ReadFirstImage(OrtValue output)
    {
        var shape = output.GetTensorTypeAndShape();
        var classes = (int)shape.ElementCount / _contract.Batch;
        if (shape.ElementDataType == TensorElementType.Float16)
        {
            var values = new float[classes];
            TensorPrimitives.ConvertToSingle(
                System.Runtime.InteropServices.MemoryMarshal.Cast<Float16, Half>(output.GetTensorDataAsSpan<Float16>()[..classes]), values);
            return values;
        }

        return output.GetTensorDataAsSpan<float>()[..classes].ToArray();
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
