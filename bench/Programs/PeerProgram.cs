using System.Globalization;
using Serverless.Classifier.Inference;
using Serverless.Testing;

namespace Serverless.Benchmarks.Programs;

/// <summary>Who else serves the same network.</summary>
/// <param name="Key">Its name for machines.</param>
/// <param name="Name">Its name in tables.</param>
/// <param name="Program">What is started.</param>
/// <param name="Arguments">Its first arguments; the folder of the model follows.</param>
internal sealed record PeerProgram(string Key, string Name, string Program, IReadOnlyList<string> Arguments)
{
    private static readonly string Folder = TestFiles.InRepository("bench", "peers");

    /// <summary>ONNX Runtime in a loop, with its defaults and nothing around it: in this program, in a process of its own.</summary>
    public static PeerProgram Bare { get; } = BareWith(Contestants.Bare, threads: 0);

    /// <summary>The same with as many threads as the app has.</summary>
    public static PeerProgram BareThreads { get; } = BareWith(Contestants.BareThreads, ProcessorCores.Count);

    /// <summary>Our classifier without the function app around it: in this program, in a process of its own.</summary>
    public static PeerProgram Classifier { get; } = new(Contestants.Classifier, "our classifier in a loop", Environment.ProcessPath!, ["contestant", "classifier"]);

    public static PeerProgram Node { get; } = new(Contestants.Node, "Node, onnxruntime-node and sharp", "node", [Path.Combine(Folder, "node", "peer.js")]);

    public static PeerProgram MlNet { get; } = new(
        Contestants.MlNet, "ML.NET's OnnxTransformer",
        Directory.EnumerateFiles(Path.Combine(Folder, "mlnet"), "Serverless.Benchmarks.MlNet", SearchOption.AllDirectories)
            .FirstOrDefault(path => path.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal), ""),
        []);

    /// <summary>Debian's, in Debian's own Python: another Python of the PATH would not see the package.</summary>
    public static PeerProgram PyTorch { get; } = new(Contestants.PyTorch, "PyTorch of Debian", "/usr/bin/python3", [Path.Combine(Folder, "pytorch", "peer.py")]);

    /// <summary>Those of <see cref="Node"/>, <see cref="MlNet"/> and <see cref="PyTorch"/> that can run here, and why the others cannot.</summary>
    public static async Task<(IReadOnlyList<PeerProgram> Present, IReadOnlyDictionary<string, string> Absent)> FindAsync(CancellationToken cancellation)
    {
        var absent = new Dictionary<string, string>();
        if (!Directory.Exists(Path.Combine(Folder, "node", "node_modules", "onnxruntime-node")))
        {
            absent[Node.Key] = "its packages are not installed (npm ci in bench/peers/node)";
        }

        if (MlNet.Program.Length == 0)
        {
            absent[MlNet.Key] = "it is not built (dotnet build -c Release bench/peers/mlnet)";
        }

        if (!File.Exists(PyTorch.Program)
            || (await RunningProgram.RunAsync(PyTorch.Program, ["-c", "import torch, numpy, PIL"], cancellation)).ExitCode != 0)
        {
            absent[PyTorch.Key] = "python3-torch, python3-numpy and python3-pil are not installed (--with-pytorch installs them)";
        }

        return ([.. new[] { Node, MlNet, PyTorch }.Where(peer => !absent.ContainsKey(peer.Key))], absent);
    }

    private static PeerProgram BareWith(string key, int threads) =>
        new(key, "ONNX Runtime alone, in a loop", Environment.ProcessPath!, ["contestant", "bare", threads.ToString(CultureInfo.InvariantCulture)]);
}
