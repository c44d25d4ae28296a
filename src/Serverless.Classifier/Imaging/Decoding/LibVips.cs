using NetVips;

namespace Serverless.Classifier.Imaging.Decoding;

/// <summary>libvips, set so that it is exact, quiet, and opens only what it was asked to open.</summary>
internal static class LibVips
{
    /// <summary>Settings are the process's; made before the first image, once.</summary>
    static LibVips()
    {
        Cache.Max = 0; // it would keep results of images that nobody asks for again
        NetVips.NetVips.Concurrency = 1; // images run beside each other, not each on all cores
        NetVips.NetVips.BlockUntrusted = true;
        Operation.Block("VipsForeignLoad", true);
        foreach (var loader in (string[])["VipsForeignLoadJpeg", "VipsForeignLoadPng", "VipsForeignLoadWebp", "VipsForeignLoadTiff"])
            Operation.Block(loader, false);
        // Warnings would go to stderr; what matters in them comes as an exception as well.
        Log.SetLogHandler("VIPS", Enums.LogLevelFlags.All, (_, _, _) => { });
    }

    /// <summary>A JPEG file of nothing but black.</summary>
    public static byte[] MakeJpeg(int width, int height)
    {
        using var picture = Image.Black(width, height, bands: 3);
        return picture.JpegsaveBuffer();
    }

    /// <summary>Opens an image by the loader of its format; decodes its header only.</summary>
    /// <exception cref="VipsException">It cannot be opened.</exception>
    public static Image Open(Source source, ImageFormat format) => format switch
    {
        // Pillow goes on after warnings and refuses what is cut off: Truncated does the same, except for TIFF.
        ImageFormat.Jpeg => Image.JpegloadSource(source, access: Enums.Access.Sequential, failOn: Enums.FailOn.Truncated),
        ImageFormat.Png => Image.PngloadSource(source, access: Enums.Access.Sequential, failOn: Enums.FailOn.Truncated),
        ImageFormat.Webp => Image.WebploadSource(source, access: Enums.Access.Sequential, failOn: Enums.FailOn.Truncated),
        ImageFormat.Tiff => Image.TiffloadSource(source, autorotate: true, access: Enums.Access.Sequential, failOn: Enums.FailOn.Error),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "not a format of libvips"),
    };
}
