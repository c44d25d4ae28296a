using System.Globalization;
using System.Runtime.InteropServices;
using Serverless.ModelTool.Onnx.Schema;

namespace Serverless.ModelTool.Quantization.Graphs;

/// <summary>Reads the float32 numbers of an initializer, wherever the graph keeps them.</summary>
internal static class FloatTensor
{
    /// <summary>All numbers, in the order of the tensor.</summary>
    /// <param name="tensor">An initializer of float32.</param>
    /// <param name="folder">Where external data lies.</param>
    public static float[] Read(TensorProto tensor, string folder)
    {
        var values = new float[tensor.Dims.Aggregate(1L, (product, dimension) => checked(product * dimension))];
        var bytes = MemoryMarshal.AsBytes(values.AsSpan());
        if (tensor.DataLocation == TensorProto.Types.DataLocation.External)
        {
            var entries = tensor.ExternalData.ToDictionary(entry => entry.Key, entry => entry.Value);
            using var file = File.OpenRead(Path.Combine(folder, entries["location"]));
            file.Position = entries.TryGetValue("offset", out var offset) ? long.Parse(offset, CultureInfo.InvariantCulture) : 0;
            ReadAll(file, bytes);
        }
        else if (tensor.RawData.Length > 0)
        {
            tensor.RawData.Span.CopyTo(bytes);
        }
        else
        {
            tensor.FloatData.CopyTo(values, 0);
        }

        return values;
    }

    /// <summary>In pieces: one read takes less than the largest layers have.</summary>
    private static void ReadAll(FileStream file, Span<byte> bytes)
    {
        const int Piece = 64 << 20;
        for (var rest = bytes; !rest.IsEmpty; rest = rest[Math.Min(Piece, rest.Length)..])
        {
            file.ReadExactly(rest[..Math.Min(Piece, rest.Length)]);
        }
    }
}
