using Microsoft.ML.OnnxRuntime;
using Serverless.Classifier.Inference.Graphs;

namespace Serverless.Classifier.Tests.Networks;

/// <summary>The last layer of EfficientNet-Lite0, read from its graph without the classifier.</summary>
/// <param name="Weights">[classes, channels].</param>
/// <param name="Bias">[classes].</param>
internal sealed record EfficientNetDense(float[] Weights, float[] Bias)
{
    public const int Channels = 1280;
    public const int Classes = 1000;

    public static EfficientNetDense Read()
    {
        string[] tensors = ["n._fc.weight", "n._fc.bias"];
        var graph = File.ReadAllBytes(TestFiles.InRepository("models", "efficientnet-lite0", "model.onnx"));
        using var session = new InferenceSession(GraphOutputs.Add(graph, tensors));
        using var image = OrtValue.CreateTensorValueFromMemory(new float[3 * 224 * 224], [1, 3, 224, 224]);
        using var options = new RunOptions();
        using var outputs = session.Run(options, ["image"], [image], tensors);
        return new(outputs[0].GetTensorDataAsSpan<float>().ToArray(), outputs[1].GetTensorDataAsSpan<float>().ToArray());
    }
}
