using Serverless.Classifier.Imaging.Decoding;

namespace Serverless.Classifier.Tests.Imaging.Resampling;

/// <summary>A picture that is decoded already; holds its reader to the order of rows.</summary>
internal sealed class ArrayRows(int width, int height, byte[] rgb) : PixelRows(width, height)
{
    private int _next;

    public byte[] Rgb { get; } = rgb;

    /// <summary>A picture of noise.</summary>
    public static ArrayRows Random(Random random, int width, int height)
    {
        var rgb = new byte[width * height * 3];
        random.NextBytes(rgb);
        return new ArrayRows(width, height, rgb);
    }

    public override void Read(int row, Span<byte> rgb)
    {
        Assert.True(row >= _next, $"row {row} after row {_next - 1}");
        _next = row + 1;
        Rgb.AsSpan(row * RowBytes, RowBytes).CopyTo(rgb);
    }

    public override void Finish()
    {
    }

    public override void Dispose()
    {
    }
}
