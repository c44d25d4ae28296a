namespace Serverless.Classifier.Imaging.Decoding;

/// <summary>256 colours; an index beyond the file's palette is a grey level, as in Pillow.</summary>
internal sealed class IndexedColours
{
    private readonly byte[] _rgb = new byte[256 * 3];

    /// <param name="palette">The file's colours.</param>
    /// <param name="entryBytes">Bytes of an entry.</param>
    /// <param name="blueFirst">Whether an entry begins with blue rather than red.</param>
    public IndexedColours(ReadOnlySpan<byte> palette, int entryBytes, bool blueFirst)
    {
        for (var index = 0; index < 256; index++)
        {
            var colour = _rgb.AsSpan(index * 3, 3);
            colour.Fill((byte)index);
            if ((index + 1) * entryBytes > palette.Length)
                continue;
            palette.Slice(index * entryBytes, 3).CopyTo(colour);
            if (blueFirst)
                colour.Reverse();
        }
    }

    /// <summary>Writes the colours of some pixels.</summary>
    public void Write(ReadOnlySpan<byte> indices, Span<byte> rgb)
    {
        for (var pixel = 0; pixel < indices.Length; pixel++)
            _rgb.AsSpan(indices[pixel] * 3, 3).CopyTo(rgb.Slice(pixel * 3, 3));
    }
}
