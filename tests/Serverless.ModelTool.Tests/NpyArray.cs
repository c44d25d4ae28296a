using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Serverless.ModelTool.Tests;

/// <summary>
/// A float32 array as NumPy wrote it (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html, version 1.0).
/// </summary>
internal sealed partial record NpyArray(int[] Shape, float[] Values)
{
    public static NpyArray Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var headerLength = BitConverter.ToUInt16(bytes, 8);
        var header = Encoding.ASCII.GetString(bytes, 10, headerLength);
        Assert.StartsWith("\u0093NUMPY\u0001\0", Encoding.Latin1.GetString(bytes, 0, 8), StringComparison.Ordinal);
        Assert.Contains("'descr': '<f4'", header, StringComparison.Ordinal);
        Assert.Contains("'fortran_order': False", header, StringComparison.Ordinal);
        var shape = ShapePattern().Match(header).Groups[1].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(dimension => int.Parse(dimension, CultureInfo.InvariantCulture)).ToArray();
        return new(shape, MemoryMarshal.Cast<byte, float>(bytes.AsSpan(10 + headerLength)).ToArray());
    }

    /// <summary>The values at one index of the first axis.</summary>
    public float[] Row(int index)
    {
        var length = Values.Length / Shape[0];
        return Values[(index * length)..((index + 1) * length)];
    }

    [GeneratedRegex(@"'shape': \(([^)]*)\)")]
    private static partial Regex ShapePattern();
}
