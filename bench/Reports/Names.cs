using Serverless.Benchmarks.Measurements;

namespace Serverless.Benchmarks.Reports;

/// <summary>What the contestants are called where people read.</summary>
internal static class Names
{
    private static readonly Dictionary<string, string> Known = new()
    {
        [Contestants.App] = "this app, over HTTP",
        [Contestants.AppInt8] = "this app with the int8 model, over HTTP",
        [Contestants.Classifier] = "this app's classifier, in a loop",
        [Contestants.Bare] = "ONNX Runtime alone, its defaults",
        [Contestants.BareThreads] = "ONNX Runtime alone, a thread a core",
        [Contestants.BareInt8] = "ONNX Runtime alone, int8 model",
        [Contestants.Node] = "Node server (onnxruntime-node, sharp), over HTTP",
        [Contestants.NodeRun] = "onnxruntime-node alone",
        [Contestants.MlNet] = "ML.NET's pipeline",
        [Contestants.MlNetRun] = "ML.NET's OnnxTransformer alone",
        [Contestants.PyTorch] = "Pillow and Debian's PyTorch",
        [Contestants.PyTorchRun] = "Debian's PyTorch alone",
        [Decode.Bicubic] = "this app for EfficientNet-Lite0: bicubic, every row",
        [Decode.Rows] = "libvips fetching the rows of nearest neighbour",
        [Decode.ImageSharp] = "ImageSharp 2.1, nearest neighbour",
    };

    private static readonly Dictionary<string, string> Decoders = new()
    {
        [Contestants.Classifier] = "this app for VGG16: nearest neighbour",
        [Contestants.Node] = "sharp, from a fraction of the size",
        [Contestants.MlNet] = "ML.NET (Skia)",
        [Contestants.PyTorch] = "Pillow, nearest neighbour",
    };

    public static string Of(string contestant) => Known[contestant];

    /// <summary>Its name as something that decodes.</summary>
    public static string OfDecoder(string contestant) => Decoders.GetValueOrDefault(contestant) ?? Known[contestant];
}
