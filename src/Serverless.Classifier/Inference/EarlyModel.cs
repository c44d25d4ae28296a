using System.Diagnostics;
using Serverless.Classifier.Inference.Graphs;
using Serverless.Classifier.Models;

namespace Serverless.Classifier.Inference;

/// <summary>
/// The load of the default model, begun before there is a host, so that it runs beside the host's building and its handshake. What it reads of the
/// settings is a guess at what the host will say: a host that says something else does not get it.
/// </summary>
public sealed class EarlyModel
{
    private readonly string _folder;
    private readonly InferenceDevice _device;
    private readonly TaskCompletionSource<LoadedModel> _load = new();

    private EarlyModel(string folder, InferenceDevice device) => (_folder, _device) = (folder, device);

    /// <summary>When it began, as of <see cref="Stopwatch.GetTimestamp"/>.</summary>
    internal long Start { get; } = Stopwatch.GetTimestamp();

    /// <summary>Begins the load on a thread of its own.</summary>
    /// <param name="setting">Gives a setting by its name in the environment, for example <c>Classifier__Model</c>; null or empty where it is not set.</param>
    /// <returns>Null where the settings cannot be right: the host will say what is wrong with them.</returns>
    public static EarlyModel? Begin(Func<string, string?> setting)
    {
        var usual = new ClassifierOptions();
        var name = Setting(nameof(ClassifierOptions.Model)) ?? usual.Model;
        var models = Path.GetFullPath(Setting(nameof(ClassifierOptions.ModelsPath)) ?? usual.ModelsPath, AppContext.BaseDirectory);
        if (!Enum.TryParse<InferenceDevice>(Setting(nameof(ClassifierOptions.Device)) ?? nameof(InferenceDevice.Auto), ignoreCase: true, out var device)
            || !ManifestReader.IsName(name))
        {
            return null;
        }

        var early = new EarlyModel(Path.Combine(models, name), device);
        new Thread(() => early.Load(new ModelStore(models), name)) { IsBackground = true, Name = $"Loading {name}" }.Start();
        return early;

        string? Setting(string option) => setting($"{ClassifierOptions.Section}__{option}") is { Length: > 0 } value ? value : null;
    }

    /// <summary>Gives the model to whoever asks for the very same; waits for its load, and fails as it did.</summary>
    /// <param name="model">The model that is wanted.</param>
    /// <param name="device">The device as the settings have it.</param>
    /// <returns>Null where another one is wanted; this one gives its memory back.</returns>
    internal LoadedModel? Take(ModelFolder model, InferenceDevice device)
    {
        if (Path.GetFullPath(model.Folder) == _folder && device == _device)
        {
            return _load.Task.GetAwaiter().GetResult();
        }

        _load.Task.ContinueWith(load => load.Result.Session.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
        return null;
    }

    private void Load(ModelStore store, string name)
    {
        try
        {
            _load.SetResult(LoadedModel.Load(store.Open(name), _device));
        }
        catch (Exception exception)
        {
            _load.SetException(exception);
            // Where nobody takes it, nobody has to know.
            _ = _load.Task.Exception;
        }
    }
}

/// <summary>A warm session and the graph that it was made from.</summary>
internal sealed record LoadedModel(RunnableGraph Graph, ModelSession Session)
{
    /// <summary>Loads a model. Blocks while it works.</summary>
    /// <inheritdoc cref="ModelSession.Load(ModelFolder, InferenceDevice)" path="/exception"/>
    public static LoadedModel Load(ModelFolder model, InferenceDevice device)
    {
        var graph = RunnableGraph.Open(model, device);
        return new LoadedModel(graph, ModelSession.Load(graph));
    }
}
