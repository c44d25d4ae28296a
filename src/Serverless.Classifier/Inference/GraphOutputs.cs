using System.Text;

namespace Serverless.Classifier.Inference;

/// <summary>Makes tensors of a graph that it does not give out into outputs of it.</summary>
/// <remarks>
/// A graph file is a protobuf message, and protobuf reads two messages behind each other as one whose lists are joined
/// (https://protobuf.dev/programming-guides/encoding/#last-one-wins). So the outputs are appended to the file's bytes: the file stays as it was
/// published, with its checksum, and nothing but names is read or written. Field numbers are those of onnx.proto (onnx/onnx, Apache-2.0).
/// </remarks>
internal static class GraphOutputs
{
    internal const int ModelGraph = 7;
    private const int GraphOutput = 12;
    private const int ValueName = 1;

    private const int LengthDelimited = 2;

    /// <summary>The graph with these tensors among its outputs.</summary>
    /// <param name="model">A graph file.</param>
    /// <param name="tensors">Names of tensors of the graph; those that are outputs already are passed over.</param>
    /// <returns>The very array where nothing is missing.</returns>
    public static byte[] Add(byte[] model, IEnumerable<string> tensors)
    {
        var missing = tensors.Except(Names(model), StringComparer.Ordinal).ToList();
        byte[] appended = [.. missing.SelectMany(name => Field(ModelGraph, Field(GraphOutput, Field(ValueName, Encoding.UTF8.GetBytes(name)))))];
        return appended.Length == 0 ? model : [.. model, .. appended];
    }

    /// <summary>Names of the outputs.</summary>
    private static List<string> Names(ReadOnlySpan<byte> model)
    {
        List<string> names = [];
        for (var graphs = new Fields(model); graphs.Next(ModelGraph, out var graph);)
        {
            for (var outputs = new Fields(graph); outputs.Next(GraphOutput, out var output);)
            {
                for (var values = new Fields(output); values.Next(ValueName, out var name);)
                {
                    names.Add(Encoding.UTF8.GetString(name));
                }
            }
        }

        return names;
    }

    private static byte[] Field(int number, byte[] content) => [.. Varint((number << 3) | LengthDelimited), .. Varint(content.Length), .. content];

    private static IEnumerable<byte> Varint(int value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            yield return (byte)(value | 0x80);
        }

        yield return (byte)value;
    }

    /// <summary>The fields of a message; what cannot be read ends it, since ONNX Runtime refuses such a file with better words.</summary>
    internal ref struct Fields(ReadOnlySpan<byte> message)
    {
        private ReadOnlySpan<byte> _rest = message;

        /// <summary>Goes on to the next field of a number that holds bytes, a text or a message.</summary>
        public bool Next(int number, out ReadOnlySpan<byte> content)
        {
            content = default;
            while (!_rest.IsEmpty && Varint(out var tag))
            {
                var length = 0UL;
                var isWhole = (tag & 7) switch
                {
                    0 => Varint(out _),
                    1 => Take(8, out _),
                    LengthDelimited => Varint(out length) && Take(length, out content),
                    5 => Take(4, out _),
                    _ => false,
                };
                if (!isWhole)
                {
                    return false;
                }

                if (tag == (((ulong)number << 3) | LengthDelimited))
                {
                    return true;
                }
            }

            return false;
        }

        private bool Take(ulong length, out ReadOnlySpan<byte> taken)
        {
            taken = default;
            if (length > (ulong)_rest.Length)
            {
                return false;
            }

            taken = _rest[..(int)length];
            _rest = _rest[(int)length..];
            return true;
        }

        private bool Varint(out ulong value)
        {
            value = 0;
            for (var shift = 0; shift < 64 && !_rest.IsEmpty; shift += 7)
            {
                var next = _rest[0];
                _rest = _rest[1..];
                value |= (ulong)(next & 0x7F) << shift;
                if (next < 0x80)
                {
                    return true;
                }
            }

            return false;
        }
    }
}
