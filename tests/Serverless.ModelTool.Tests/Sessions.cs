using Microsoft.ML.OnnxRuntime;

namespace Serverless.ModelTool.Tests;

/// <summary>Runs a graph without the classifier between.</summary>
internal static class Sessions
{
    /// <summary>The first output for images in the graph's layout.</summary>
    public static float[] RunOnImage(this InferenceSession session, NpyArray image)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(image.Values, [.. image.Shape.Select(dimension => (long)dimension)]);
        using var options = new RunOptions();
        using var outputs = session.Run(options, [session.InputNames[0]], [input], [session.OutputNames[0]]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
