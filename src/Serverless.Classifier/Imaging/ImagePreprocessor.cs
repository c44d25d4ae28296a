using System.Buffers;
using Serverless.Classifier.Errors;
using Serverless.Classifier.Imaging.Decoding;
using Serverless.Classifier.Imaging.Formats;
using Serverless.Classifier.Imaging.Resampling;
using Serverless.Classifier.Models;

namespace Serverless.Classifier.Imaging;

/// <summary>Image bytes in, the network's input tensor out; bit for bit what Pillow and NumPy make of them.</summary>
/// <remarks>
/// <list type="number">
/// <item>The encoded size is looked at.</item>
/// <item>The format is told from the first bytes, never from a name or a content type.</item>
/// <item>The header is read by our own code: width, height and whether the picture has to be in memory whole.</item>
/// <item>The limits are looked at, before anything is allocated or decoded.</item>
/// <item>Rows are decoded one after another under a time limit; only those that the filter needs are fetched.</item>
/// <item>They are resampled as they come, and only inside the crop.</item>
/// <item>A table of 256 values a channel makes float32 of them, in the order of axes and channels that the graph wants.</item>
/// </list>
/// Instances have no state of their own: any number of threads may use one.
/// </remarks>
/// <param name="limits">What an image may be at most.</param>
/// <param name="time">The clock of the decode's time limit; the system's when null.</param>
public sealed class ImagePreprocessor(ImageLimits limits, TimeProvider? time = null)
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>Refuses what is not a decodable image within the limits, from its header alone; decodes nothing.</summary>
    /// <exception cref="ClassifierException">The image is refused; the kind says why.</exception>
    public ImageFacts Inspect(ReadOnlyMemory<byte> image) => ReadHeader(image).Facts;

    /// <summary>Decodes, resizes and normalises one image.</summary>
    /// <param name="image">The encoded image; the format is told from its first bytes.</param>
    /// <param name="input">The model's input, from its manifest.</param>
    /// <param name="layout">Order of the axes that the graph wants.</param>
    /// <param name="tensor">Receives 3 x height x width float32 values.</param>
    /// <param name="cancellation">Ends the decode early.</param>
    /// <exception cref="ClassifierException">The image is refused; the kind says why.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was signalled.</exception>
    public ImageFacts Preprocess(
        ReadOnlyMemory<byte> image, ModelInput input, TensorLayout layout, Span<float> tensor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(input);
        var length = checked(input.Width * input.Height * 3);
        ArgumentOutOfRangeException.ThrowIfNotEqual(tensor.Length, length);
        var pixels = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var rgb = pixels.AsSpan(0, length);
            var facts = Resize(image, input, rgb, cancellation);
            Normalizer.Normalize(rgb, input, layout, tensor); // 7
            return facts;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(pixels);
        }
    }

    /// <summary>Decodes and resizes one image, and leaves its pixels as they are: the picture that the network sees.</summary>
    /// <param name="image">The encoded image.</param>
    /// <param name="input">The model's input, from its manifest.</param>
    /// <param name="rgb">Receives height x width x 3 values: rows, columns, RGB.</param>
    /// <param name="cancellation">Ends the decode early.</param>
    /// <exception cref="ClassifierException">The image is refused; the kind says why.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was signalled.</exception>
    public ImageFacts Resize(ReadOnlyMemory<byte> image, ModelInput input, Span<byte> rgb, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfNotEqual(rgb.Length, checked(input.Width * input.Height * 3));
        var header = ReadHeader(image); // 1 to 4
        var window = ResizeWindow.For(input, header.Facts.Width, header.Facts.Height);
        using var deadline = new DecodeDeadline(limits.DecodeTimeout, _time, cancellation);
        using var rows = PixelRows.Open(header, image, deadline, everyRow: input.Resize.Filter != ResizeFilter.Nearest); // 5
        if (input.Resize.Filter == ResizeFilter.Nearest) // 6
            NearestResampler.Resample(rows, window, rgb);
        else
            FilterResampler.Resample(rows, input.Resize.Filter, window, rgb);
        rows.Finish();
        return header.Facts;
    }

    /// <summary>Decodes one image in its own size.</summary>
    /// <param name="image">The encoded image.</param>
    /// <param name="cancellation">Ends the decode early.</param>
    /// <returns>Its facts and height x width x 3 values: rows, columns, RGB.</returns>
    /// <exception cref="ClassifierException">The image is refused; the kind says why.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was signalled.</exception>
    public (ImageFacts Facts, byte[] Rgb) Decode(ReadOnlyMemory<byte> image, CancellationToken cancellation)
    {
        var header = ReadHeader(image);
        if (header.Facts.Width * 3L * header.Facts.Height > Array.MaxLength)
            throw new ClassifierException(
                ErrorKind.TooManyPixels, $"The image's {header.Facts.Width} x {header.Facts.Height} pixels do not fit in one array.");
        using var deadline = new DecodeDeadline(limits.DecodeTimeout, _time, cancellation);
        using var rows = PixelRows.Open(header, image, deadline, everyRow: true);
        var rgb = new byte[rows.Height * rows.RowBytes];
        for (var row = 0; row < rows.Height; row++)
            rows.Read(row, rgb.AsSpan(row * rows.RowBytes, rows.RowBytes));
        return (header.Facts, rgb);
    }

    private ImageHeader ReadHeader(ReadOnlyMemory<byte> image)
    {
        LimitCheck.Bytes(image.Length, limits); // 1
        var format = FormatSniffer.Sniff(image.Span); // 2
        var header = ImageHeader.Read(format, image.Span); // 3
        LimitCheck.Pixels(header, limits); // 4
        return header;
    }
}
