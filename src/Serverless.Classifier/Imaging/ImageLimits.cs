namespace Serverless.Classifier.Imaging;

/// <summary>What an image may be at most; each is looked at before the work that it bounds.</summary>
public sealed class ImageLimits
{
    /// <summary>Encoded size in bytes. <value>32 MiB by default; 1 to 1 GiB.</value></summary>
    public long MaxImageBytes { get; set; } = 32L << 20;

    /// <summary>Width times height. <value>64,000,000 by default; 1 to 1,000,000,000.</value></summary>
    public long MaxPixels { get; set; } = 64_000_000;

    /// <summary>
    /// Width times height for what must be in memory whole to be decoded: WebP, progressive and non-interleaved JPEG, interlaced PNG and GIF,
    /// run-length BMP, TIFF that is turned or comes in few strips.
    /// <value>24,000,000 by default; 1 to 1,000,000,000.</value>
    /// </summary>
    public long MaxWholePicturePixels { get; set; } = 24_000_000;

    /// <summary>Width or height in pixels. <value>16,384 by default; 1 to 65,535.</value></summary>
    public int MaxSide { get; set; } = 16_384;

    /// <summary>Time for one decode. <value>10 s by default; 0.1 s to 10 min.</value></summary>
    public TimeSpan DecodeTimeout { get; set; } = TimeSpan.FromSeconds(10);
}
