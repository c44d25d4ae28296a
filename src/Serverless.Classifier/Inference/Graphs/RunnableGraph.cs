using System.Security.Cryptography;
using Microsoft.ML.OnnxRuntime;
using Serverless.Classifier.Inference.Preparation;
using Serverless.Classifier.Models;

namespace Serverless.Classifier.Inference.Graphs;

/// <summary>A model's graph as it was read and checked, from which sessions are made: the prepared one where there is one that fits, else the model's own.</summary>
internal sealed class RunnableGraph
{
    /// <summary>What a session may copy without asking.</summary>
    private const long RepeatableBytes = 64 << 20;

    /// <summary>Below that a session is made so quickly that preparing is not worth the disk unless somebody asks for it.</summary>
    private const long WorthPreparingBytes = 32 << 20;

    /// <summary>Longer than what lies between two nodes of a graph, shorter than what a caller would notice.</summary>
    private const string SpinMicroseconds = "200";

    private readonly byte[] _graph;
    private readonly bool _packsWeights;
    private byte[]? _prepared;

    private RunnableGraph(ModelFolder model, byte[] graph, string sha256, InferenceDevice device)
    {
        (Model, _graph, Sha256, Device) = (model, graph, sha256, device);
        _packsWeights = device != InferenceDevice.Cpu || WeightPacking.Pays(graph);
        // A prepared graph has the blocked convolutions of the processor.
        _prepared = device == InferenceDevice.Cpu ? PreparedGraph.Find(model, graph) : null;
    }

    /// <summary>The model's files.</summary>
    public ModelFolder Model { get; }

    /// <summary>Lower-case hexadecimal SHA-256 of the graph's file.</summary>
    public string Sha256 { get; }

    /// <summary>Where sessions run: <see cref="InferenceDevice.Cpu"/> or <see cref="InferenceDevice.Cuda"/>.</summary>
    public InferenceDevice Device { get; }

    /// <summary>Whether sessions are made from a prepared graph.</summary>
    public bool IsPrepared => _prepared is not null;

    /// <summary>Whether a prepared graph is missing and worth the disk.</summary>
    public bool WantsPreparation => Device == InferenceDevice.Cpu && !IsPrepared && Bytes >= WorthPreparingBytes;

    /// <summary>Whether it computes in 8-bit integers, which gain by batches.</summary>
    public bool ComputesInIntegers => IntegerArithmetic.IsIn(_graph);

    /// <summary>Whether another session costs little: where the weights are few, or mapped and so shared by all sessions.</summary>
    public bool IsCheapToRepeat => Device == InferenceDevice.Cpu && ((IsPrepared && !_packsWeights) || Bytes <= RepeatableBytes);

    /// <summary>Length of the graph and its weights.</summary>
    private long Bytes => _graph.LongLength + ExternalTensors.Read(_graph).Sum(tensor => tensor.Length);

    /// <summary>Reads the graph and holds it against its checksum.</summary>
    /// <exception cref="InvalidDataException">It is missing or differs from its manifest's checksum.</exception>
    /// <exception cref="InvalidOperationException">CUDA was asked for and is not there.</exception>
    public static RunnableGraph Open(ModelFolder model, InferenceDevice device)
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

        return new RunnableGraph(model, GraphOutputs.Add(graph, model.Manifest.Features?.Outputs ?? []), sha256, ExecutionProviders.Resolve(device));
    }

    /// <summary>Makes a session.</summary>
    /// <param name="threads">Threads that a run uses, that of the caller among them; null for one a core.</param>
    /// <exception cref="InvalidDataException">ONNX Runtime refuses the graph; the message says why.</exception>
    public RunnableSession CreateSession(int? threads = null)
    {
        if (_prepared is not null)
        {
            try
            {
                return CreatePreparedSession(_prepared, threads);
            }
            catch (Exception exception) when (exception is OnnxRuntimeException or IOException or UnauthorizedAccessException)
            {
                // Whatever is wrong with it, the model itself is still there.
                _prepared = null;
            }
        }

        try
        {
            return new RunnableSession(CreateSession(_graph, weights: null, threads), weights: null);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new InvalidDataException($"ONNX Runtime refuses {Model.GraphPath}: {exception.Message.ReplaceLineEndings(" ").Trim()}", exception);
        }
    }

    /// <summary>Makes the prepared graph for the next process. Takes seconds.</summary>
    /// <inheritdoc cref="GraphPreparation.Make" path="/exception"/>
    public void Prepare() => GraphPreparation.Make(Model, _graph);

    private RunnableSession CreatePreparedSession(byte[] graph, int? threads)
    {
        var weights = MappedWeights.Map(Model.Folder, ExternalTensors.Read(graph));
        InferenceSession session;
        try
        {
            session = CreateSession(graph, weights, threads);
        }
        catch
        {
            weights.Dispose();
            throw;
        }

        weights.Populate();
        return new RunnableSession(session, weights);
    }

    /// <param name="graph">The model's own graph or the prepared one.</param>
    /// <param name="weights">Those of the prepared graph; null where it is the model's own.</param>
    /// <param name="threads">As above.</param>
    private InferenceSession CreateSession(byte[] graph, MappedWeights? weights, int? threads)
    {
        // What goes wrong comes as an exception; the same in red on the console would be told twice.
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, IntraOpNumThreads = threads ?? ProcessorCores.Count };
        // A plan of the activations' memory saves no time and, beside the arena that the first run has filled, takes a third more of it.
        options.EnableMemoryPattern = false;
        // Between two nodes threads wait for the next one, busily. By default they go on with that for milliseconds after a run, on a core that the answer's way needs.
        options.AddSessionConfigEntry("session.intra_op.spin_duration_us", SpinMicroseconds);
        options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", Model.Folder);
        if (weights is not null)
        {
            options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL;
            weights.AddTo(options);
        }

        if (!_packsWeights)
        {
            options.AddSessionConfigEntry("session.disable_prepacking", "1");
        }

        ExecutionProviders.Append(options, Device);
        return new InferenceSession(graph, options);
    }
}
