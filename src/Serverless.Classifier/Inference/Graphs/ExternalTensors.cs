using System.Globalization;
using System.Text;

namespace Serverless.Classifier.Inference.Graphs;

/// <summary>The weights that a graph keeps in files beside it: where they are, and a graph that looks for them elsewhere.</summary>
internal static class ExternalTensors
{
    /// <summary>Reads where they are.</summary>
    /// <param name="model">A graph file.</param>
    public static List<ExternalTensor> Read(ReadOnlySpan<byte> model)
    {
        List<ExternalTensor> found = [];
        for (var graphs = new ProtobufFields(model); graphs.Next(OnnxFields.ModelGraph);)
        {
            for (var tensors = new ProtobufFields(graphs.Content); tensors.Next(OnnxFields.GraphInitializer);)
            {
                if (ReadTensor(tensors.Content) is { } tensor)
                {
                    found.Add(tensor);
                }
            }
        }

        return found;
    }

    /// <summary>The same graph with its weights elsewhere.</summary>
    /// <param name="model">A graph file.</param>
    /// <param name="places">The new place of each tensor.</param>
    public static byte[] Move(ReadOnlySpan<byte> model, IReadOnlyDictionary<string, ExternalTensor> places)
    {
        var moved = new ProtobufMessage();
        for (var fields = new ProtobufFields(model); fields.Next();)
        {
            if (fields.Number == OnnxFields.ModelGraph)
            {
                moved.Add(OnnxFields.ModelGraph, MoveInGraph(fields.Content, places));
            }
            else
            {
                moved.Add(fields.Whole);
            }
        }

        return moved.Bytes.ToArray();
    }

    private static ProtobufMessage MoveInGraph(ReadOnlySpan<byte> graph, IReadOnlyDictionary<string, ExternalTensor> places)
    {
        var moved = new ProtobufMessage();
        for (var fields = new ProtobufFields(graph); fields.Next();)
        {
            if (fields.Number == OnnxFields.GraphInitializer && ReadTensor(fields.Content) is { } tensor)
            {
                moved.Add(OnnxFields.GraphInitializer, MoveTensor(fields.Content, places[tensor.Name]));
            }
            else
            {
                moved.Add(fields.Whole);
            }
        }

        return moved;
    }

    private static ProtobufMessage MoveTensor(ReadOnlySpan<byte> tensor, ExternalTensor place)
    {
        var moved = new ProtobufMessage();
        for (var fields = new ProtobufFields(tensor); fields.Next();)
        {
            if (fields.Number != OnnxFields.TensorExternalData)
            {
                moved.Add(fields.Whole);
            }
        }

        foreach (var (key, value) in new[] { ("location", place.Location), ("offset", Text(place.Offset)), ("length", Text(place.Length)) })
        {
            var entry = new ProtobufMessage();
            entry.Add(OnnxFields.EntryKey, key);
            entry.Add(OnnxFields.EntryValue, value);
            moved.Add(OnnxFields.TensorExternalData, entry);
        }

        return moved;
    }

    /// <summary>Null where the weights lie in the graph itself.</summary>
    private static ExternalTensor? ReadTensor(ReadOnlySpan<byte> tensor)
    {
        var shape = new List<long>();
        var found = new ExternalTensor("", 0, shape, "", 0, 0);
        for (var fields = new ProtobufFields(tensor); fields.Next();)
        {
            switch (fields.Number)
            {
                case OnnxFields.TensorShape:
                    fields.AddNumbers(shape);
                    break;
                case OnnxFields.TensorDataType:
                    found = found with { DataType = (int)fields.Value };
                    break;
                case OnnxFields.TensorName:
                    found = found with { Name = Encoding.UTF8.GetString(fields.Content) };
                    break;
                case OnnxFields.TensorExternalData:
                    found = Entry(fields.Content) switch
                    {
                        ("location", var location) => found with { Location = location },
                        ("offset", var offset) => found with { Offset = Number(offset) },
                        ("length", var length) => found with { Length = Number(length) },
                        _ => found,
                    };
                    break;
            }
        }

        return found.Location.Length == 0 ? null : found;
    }

    private static (string Key, string Value) Entry(ReadOnlySpan<byte> entry)
    {
        var (key, value) = ("", "");
        for (var fields = new ProtobufFields(entry); fields.Next();)
        {
            (key, value) = fields.Number switch
            {
                OnnxFields.EntryKey => (Encoding.UTF8.GetString(fields.Content), value),
                OnnxFields.EntryValue => (key, Encoding.UTF8.GetString(fields.Content)),
                _ => (key, value),
            };
        }

        return (key, value);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static long Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
