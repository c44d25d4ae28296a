namespace Serverless.ModelTool.Keras;

/// <summary>Weights in a file that knows its layers' names.</summary>
internal interface INamedLayers : IKerasWeights
{
    /// <summary>The names of the outermost layers.</summary>
    IReadOnlyList<string> LayerNames { get; }
}
