using System.Runtime.InteropServices;
using System.Text;

namespace Serverless.ModelTool.Numpy;

/// <summary>Files that <c>numpy.load</c> reads.</summary>
internal static class NpyFile
{
    /// <summary>The header's length is a multiple of this, so that NumPy can map the values into memory.</summary>
    private const int Alignment = 64;

    private static ReadOnlySpan<byte> MagicAndVersion => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0];

    /// <summary>Writes float32 values (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html, version 1.0).</summary>
    /// <param name="path">The file to make.</param>
    /// <param name="shape">Dimensions, the slowest first.</param>
    /// <param name="values">In C order.</param>
    public static void Write(string path, IReadOnlyList<int> shape, ReadOnlySpan<float> values)
    {
        var dimensions = string.Join(", ", shape) + (shape.Count == 1 ? "," : "");
        var header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({dimensions}), }}";
        var prefix = MagicAndVersion.Length + sizeof(ushort);
        header = header.PadRight(((prefix + header.Length + Alignment) / Alignment * Alignment) - prefix - 1) + "\n";

        using var file = File.Create(path);
        file.Write(MagicAndVersion);
        file.Write(BitConverter.GetBytes((ushort)header.Length));
        file.Write(Encoding.ASCII.GetBytes(header));
        file.Write(MemoryMarshal.AsBytes(values));
    }
}
