using System.Buffers;

namespace Serverless.Functions.Images;

/// <summary>An encoded image: in memory once, however large.</summary>
/// <remarks>
/// Where the size is known beforehand the bytes fill an array of their own exactly, because the decoder reads a whole array in place and would
/// copy a part of one. Only bodies of unknown size are gathered in pooled buffers.
/// </remarks>
public sealed class ImageBytes : IDisposable
{
    private const int FirstGuess = 256 << 10;

    private byte[]? _buffer;
    private readonly bool _pooled;

    private ImageBytes(byte[] buffer, int length, bool pooled) => (_buffer, Length, _pooled) = (buffer, length, pooled);

    /// <summary>Size in bytes.</summary>
    public int Length { get; }

    /// <summary>The bytes; not to be used after <see cref="Dispose"/>.</summary>
    public ReadOnlyMemory<byte> Memory => _buffer.AsMemory(0, Length);

    /// <summary>Reads a stream to its end.</summary>
    /// <param name="stream">Where the bytes come from.</param>
    /// <param name="announced">How many will come, where somebody said so.</param>
    /// <param name="limit">The most bytes that are taken.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <returns>The bytes, or null when there are more than <paramref name="limit"/>.</returns>
    /// <exception cref="EndOfStreamException">There are fewer than announced.</exception>
    public static async Task<ImageBytes?> ReadAsync(Stream stream, long? announced, long limit, CancellationToken cancellation)
    {
        if (announced > limit) return null;
        return announced is { } length
            ? await ReadAnnouncedAsync(stream, (int)length, cancellation)
            : await ReadToEndAsync(stream, limit, cancellation);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_pooled && _buffer is not null) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = null;
    }

    private static async Task<ImageBytes> ReadAnnouncedAsync(Stream stream, int length, CancellationToken cancellation)
    {
        var buffer = GC.AllocateUninitializedArray<byte>(length);
        await stream.ReadExactlyAsync(buffer, cancellation);
        return new ImageBytes(buffer, length, pooled: false);
    }

    private static async Task<ImageBytes?> ReadToEndAsync(Stream stream, long limit, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(FirstGuess);
        try
        {
            var length = 0;
            while (await stream.ReadAsync(buffer.AsMemory(length), cancellation) is var read and > 0)
            {
                length += read;
                if (length > limit) return null;
                if (length == buffer.Length) buffer = Grown(buffer);
            }

            var image = new ImageBytes(buffer, length, pooled: true);
            buffer = null;
            return image;
        }
        finally
        {
            if (buffer is not null) ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] Grown(byte[] full)
    {
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(2L * full.Length, Array.MaxLength));
        full.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(full);
        return larger;
    }
}
