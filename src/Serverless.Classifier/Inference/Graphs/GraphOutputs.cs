using System.Text;

namespace Serverless.Classifier.Inference.Graphs;

/// <summary>Makes tensors of a graph that it does not give out into outputs of it.</summary>
/// <remarks>
/// A graph file is a protobuf message, and protobuf reads two messages behind each other as one whose lists are joined
/// (https://protobuf.dev/programming-guides/encoding/#last-one-wins). So the outputs are appended to the file's bytes: the file stays as it was
/// published, with its checksum, and nothing but names is read or written.
/// </remarks>
internal static class GraphOutputs
{
    /// <summary>The graph with these tensors among its outputs.</summary>
    /// <param name="model">A graph file.</param>
    /// <param name="tensors">Names of tensors of the graph; those that are outputs already are passed over.</param>
    /// <returns>The very array where nothing is missing.</returns>
    public static byte[] Add(byte[] model, IEnumerable<string> tensors)
    {
        var wanted = tensors.ToList();
        if (wanted.Count == 0)
        {
            return model;
        }

        var appended = new ProtobufMessage();
        foreach (var name in wanted.Except(Names(model), StringComparer.Ordinal))
        {
            var value = new ProtobufMessage();
            value.Add(OnnxFields.ValueName, name);
            var graph = new ProtobufMessage();
            graph.Add(OnnxFields.GraphOutput, value);
            appended.Add(OnnxFields.ModelGraph, graph);
        }

        return appended.Bytes.IsEmpty ? model : [.. model, .. appended.Bytes];
    }

    /// <summary>Names of the outputs.</summary>
    private static List<string> Names(ReadOnlySpan<byte> model)
    {
        List<string> names = [];
        for (var graphs = new ProtobufFields(model); graphs.Next(OnnxFields.ModelGraph);)
        {
            for (var outputs = new ProtobufFields(graphs.Content); outputs.Next(OnnxFields.GraphOutput);)
            {
                for (var values = new ProtobufFields(outputs.Content); values.Next(OnnxFields.ValueName);)
                {
                    names.Add(Encoding.UTF8.GetString(values.Content));
                }
            }
        }

        return names;
    }
}
