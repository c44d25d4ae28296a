using Microsoft.ML.OnnxRuntime;

namespace Serverless.ModelTool.Tests;

/// <summary>Runs a graph without the classifier between.</summary>
internal static class Sessions
{
    /// <summary>An output for images in the graph's layout.</summary>
    /// <param name="session">The graph.</param>
    /// <param name="image">The images.</param>
    /// <param name="output">The output's name; null for the first.</param>
    public static float[] RunOnImage(this InferenceSession session, NpyArray image, string? output = null)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(image.Values, [.. image.Shape.Select(dimension => (long)dimension)]);
        using var options = new RunOptions();
        using var outputs = session.Run(options, [session.InputNames[0]], [input], [output ?? session.OutputNames[0]]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
