namespace Serverless.Benchmarks;

/// <summary>Who is measured: names for machines, the same in every part.</summary>
internal static class Contestants
{
    /// <summary>The app, over HTTP through the local host.</summary>
    public const string App = "app";

    /// <summary>The app with the int8 model.</summary>
    public const string AppInt8 = "appInt8";

    /// <summary>The classifier without functions and HTTP.</summary>
    public const string Classifier = "classifier";

    /// <summary>ONNX Runtime in a loop, its defaults.</summary>
    public const string Bare = "bare";

    /// <summary>The same with as many threads as the app has.</summary>
    public const string BareThreads = "bareThreads";

    /// <summary>ONNX Runtime in a loop, its defaults, with the int8 model.</summary>
    public const string BareInt8 = "bareInt8";

    /// <summary>The Node server over HTTP.</summary>
    public const string Node = "node";

    /// <summary>The network alone inside the Node server.</summary>
    public const string NodeRun = "nodeRun";

    /// <summary>ML.NET's whole pipeline.</summary>
    public const string MlNet = "mlNet";

    /// <summary>ML.NET's ONNX transformer alone.</summary>
    public const string MlNetRun = "mlNetRun";

    /// <summary>Pillow and PyTorch.</summary>
    public const string PyTorch = "pyTorch";

    /// <summary>PyTorch alone.</summary>
    public const string PyTorchRun = "pyTorchRun";
}
