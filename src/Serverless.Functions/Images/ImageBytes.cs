using System.Buffers;

namespace Serverless.Functions.Images;

/// <summary>An encoded image in a pooled buffer: in memory once, however large.</summary>
public sealed class ImageBytes : IDisposable
{
    private const int FirstGuess = 256 << 10;

    private byte[]? _buffer;

    private ImageBytes(byte[] buffer, int length) => (_buffer, Length) = (buffer, length);

    /// <summary>Size in bytes.</summary>
    public int Length { get; }

    /// <summary>The bytes; not to be used after <see cref="Dispose"/>.</summary>
    public ReadOnlyMemory<byte> Memory => _buffer.AsMemory(0, Length);

    /// <summary>Reads a stream to its end.</summary>
    /// <param name="stream">Where the bytes come from.</param>
    /// <param name="announced">How many will come, where somebody said so; more or fewer are taken all the same.</param>
    /// <param name="limit">The most bytes that are taken.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <returns>The bytes, or null when there are more than <paramref name="limit"/>.</returns>
    public static async Task<ImageBytes?> ReadAsync(Stream stream, long? announced, long limit, CancellationToken cancellation)
    {
        if (announced > limit) return null;
        // One byte more than announced, so that the end is seen without growing.
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min((announced ?? FirstGuess) + 1, Array.MaxLength));
        try
        {
            var length = 0;
            while (await stream.ReadAsync(buffer.AsMemory(length), cancellation) is var read and > 0)
            {
                length += read;
                if (length > limit) return null;
                if (length == buffer.Length) buffer = Grown(buffer);
            }

            var image = new ImageBytes(buffer, length);
            buffer = null;
            return image;
        }
        finally
        {
            if (buffer is not null) ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_buffer is not null) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = null;
    }

    private static byte[] Grown(byte[] full)
    {
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(2L * full.Length, Array.MaxLength));
        full.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(full);
        return larger;
    }
}
