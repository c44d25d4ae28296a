using System.Globalization;
using System.Security.Cryptography;
using Microsoft.ML.OnnxRuntime;
using Serverless.Classifier.Inference.Graphs;
using Serverless.Classifier.Models;

namespace Serverless.Classifier.Inference.Preparation;

/// <summary>
/// A graph as ONNX Runtime would have it after all its optimisations, kept beside the model, so that a session is made in milliseconds: nothing is left to
/// optimise, and the weights are mapped where they lie.
/// </summary>
/// <remarks>
/// <para><c>MODEL/.prepared/KEY/</c> holds <c>model.onnx</c>, <c>model.weights</c> (only what differs from the model's own weights, which it refers to otherwise) and
/// <c>stamp</c>. The key is the ONNX Runtime version and the processor's instruction set: convolutions are blocked by the width of its vectors.</para>
/// <para>The stamp says what it was made from and what belongs to it. It is not read but made anew from what is there, and what differs in a single
/// character is not used. It is written last, so what a killed process left has none.</para>
/// </remarks>
internal static class PreparedGraph
{
    public const string FolderName = ".prepared";
    public const string GraphName = "model.onnx";
    public const string WeightsName = "model.weights";
    public const string StampName = "stamp";

    private const int LayoutVersion = 1;

    /// <summary>What a prepared graph is tied to, beside its model.</summary>
    public static string Key { get; } = $"onnxruntime-{OrtEnv.Instance().GetVersionString()}-{InstructionSet.Name}";

    /// <summary>The folder for this machine, relative to the model's.</summary>
    public static string RelativeFolder => Path.Combine(FolderName, Key);

    /// <summary>Full path of the folder for this machine.</summary>
    public static string PathIn(ModelFolder model) => Path.Combine(model.Folder, RelativeFolder);

    /// <summary>The prepared graph of a model; null where there is none, or none that fits.</summary>
    /// <param name="model">The model.</param>
    /// <param name="graph">The graph that it has to be made from.</param>
    public static byte[]? Find(ModelFolder model, byte[] graph)
    {
        var folder = PathIn(model);
        try
        {
            var stamp = File.ReadAllText(Path.Combine(folder, StampName));
            var prepared = File.ReadAllBytes(Path.Combine(folder, GraphName));
            return stamp == Stamp(model, graph, prepared) ? prepared : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>What a prepared graph was made from and what belongs to it.</summary>
    /// <exception cref="IOException">A file that belongs to it is missing.</exception>
    public static string Stamp(ModelFolder model, byte[] graph, byte[] prepared)
    {
        var files = ExternalTensors.Read(prepared).Select(tensor => tensor.Location).Distinct().Order(StringComparer.Ordinal)
            .Select(location => Describe(model.Folder, location));
        return string.Join('\n', [$"{LayoutVersion} {Key}", Hash(graph), Hash(prepared), .. files, "whole"]);
    }

    /// <summary>
    /// Length and time of a weights file, which is too large to be hashed at each start. Archives keep times to two seconds, so nothing finer is compared.
    /// </summary>
    private static string Describe(string folder, string location)
    {
        var file = new FileInfo(Path.Combine(folder, location));
        var isOwn = location.StartsWith(FolderName, StringComparison.Ordinal);
        var time = isOwn ? 0 : new DateTimeOffset(file.LastWriteTimeUtc).ToUnixTimeSeconds() / 2;
        return string.Create(CultureInfo.InvariantCulture, $"{location} {file.Length} {time}");
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
