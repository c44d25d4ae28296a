using System.Text;

namespace Serverless.Classifier.Tests.Imaging.Hostile;

/// <summary>Small files that ask for much memory or time: one of each kind that has brought a decoder down.</summary>
internal static class HostileFiles
{
    private static readonly byte[] Palette = [0, 0, 0, 255, 255, 255];

    /// <summary>Honest pictures, far larger decoded than the limit of memory allows were they decoded at once.</summary>
    public static IReadOnlyList<string> Large { get; } = ["a-48-mp-baseline.jpg", "a-64-mp.png", "gif-64-mp-of-zeros.gif"];

    /// <summary>
    /// Each with the code that refuses it, or <c>pixels</c>; alternatives are separated by <c>|</c> where the answer is a library's choice.
    /// </summary>
    public static IReadOnlyDictionary<string, (string Expected, Func<byte[]> Write)> All { get; } = new Dictionary<string, (string, Func<byte[]>)>
    {
        ["a-48-mp-baseline.jpg"] = ("pixels", BaselineJpeg),
        ["a-64-mp.png"] = ("pixels", () => new PngFile(8000, 8000).Chunk("IDAT", PngFile.ZlibZeros(184)).End()),
        ["png-ztxt-400-mb.png"] = ("pixels|image_undecodable", () => PngWithChunk("zTXt", [.. "Comment\0\0"u8, .. PngFile.ZlibZeros(400)])),
        ["png-itxt-400-mb.png"] = ("pixels|image_undecodable",
            () => PngWithChunk("iTXt", [.. "Comment\0\u0001\0\0\0"u8, .. PngFile.ZlibZeros(400)])),
        ["png-iccp-400-mb.png"] = ("pixels|image_undecodable", () => PngWithChunk("iCCP", [.. "icc\0\0"u8, .. PngFile.ZlibZeros(400)])),
        ["png-idat-400-mb-for-64-pixels.png"] = ("pixels|image_undecodable",
            () => new PngFile(8, 8).Chunk("IDAT", PngFile.ZlibZeros(400)).End()),
        ["png-65536-x-65536.png"] = ("image_side_too_long",
            () => new PngFile(65536, 65536, depth: 1, colour: 0).Chunk("IDAT", PngFile.ZlibZeros(512)).End()),
        ["png-64-mp-of-16-bits-without-data.png"] = ("image_undecodable",
            () => new PngFile(8000, 8000, depth: 16, colour: 6).Chunk("IDAT", PngFile.Zlib([0])).End()),
        ["png-24-mp-interlaced-without-data.png"] = ("image_undecodable",
            () => new PngFile(6000, 4000, depth: 16, colour: 6, interlaced: true).Chunk("IDAT", PngFile.Zlib([0])).End()),
        ["gif-20000-frames.gif"] = ("pixels", ManyFrames),
        ["gif-canvas-65535.gif"] = ("image_side_too_long", () => new GifFile(65535, 65535, Palette).Frame(0, 0, 1, 1, [1]).End()),
        ["gif-canvas-64-mp-frame-1-pixel.gif"] = ("pixels", () => new GifFile(16000, 4000, Palette).Frame(9000, 3000, 1, 1, [1]).End()),
        ["gif-64-mp-of-zeros.gif"] = ("pixels", () => new GifFile(16000, 4000, Palette).Zeros(16000, 4000).End()),
        ["gif-64-mp-frame-without-data.gif"] = ("image_undecodable",
            () => new GifFile(16000, 4000, Palette).Frame(0, 0, 16000, 4000, [1]).End()),
        ["jpeg-progressive-300-scans.jpg"] = ("pixels|image_undecodable", () => JpegFile.Progressive(6000, 4000, 300)),
        ["jpeg-progressive-189-scans.jpg"] = ("pixels|image_undecodable", () => JpegFile.Progressive(6000, 4000, 189)),
        ["jpeg-64-mp-without-data.jpg"] = ("image_truncated", () => JpegFile.HeaderOnly(8000, 8000)),
        ["jpeg-65500-x-65500.jpg"] = ("image_side_too_long", () => JpegFile.HeaderOnly(65500, 65500)),
        ["bmp-13000-x-13000-in-200-bytes.bmp"] = ("image_too_many_pixels", () => BmpFile.Write(13000, 13000, 24, 0, [], new byte[146])),
        ["bmp-8000-x-8000-in-200-bytes.bmp"] = ("image_truncated", () => BmpFile.Write(8000, 8000, 24, 0, [], new byte[146])),
        ["bmp-runs-24-mp-in-200-bytes.bmp"] = ("image_truncated",
            () => BmpFile.Write(6000, 4000, 8, 1, [.. new byte[16]], [.. Enumerable.Repeat((byte)255, 130)])),
        ["bmp-runs-that-only-skip.bmp"] = ("pixels",
            () => BmpFile.Write(6000, 4000, 8, 1, [.. new byte[16]], [.. Enumerable.Repeat<byte[]>([0, 2, 255, 255], 64).SelectMany(skip => skip)])),
        ["tiff-13000-x-13000-in-200-bytes.tif"] = ("image_too_many_pixels",
            () => TiffClaiming(13000, 13000, stripBytes: 13000 * 13000 * 3)),
        ["tiff-4800-x-5000-in-200-bytes.tif"] = ("image_truncated", () => TiffClaiming(4800, 5000, stripBytes: 4800 * 5000 * 3)),
        ["tiff-strip-of-4-gb.tif"] = ("image_truncated", () => TiffClaiming(100, 100, stripBytes: uint.MaxValue)),
        ["tiff-directory-in-a-circle.tif"] = ("pixels",
            () => TiffFile.Write(TiffFile.Picture(16, 4, 3, 2, 16 * 4 * 3), nextDirectory: 8, new byte[16 * 4 * 3])),
        ["svg.svg"] = ("unsupported_format",
            () => Encoding.UTF8.GetBytes("<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>")),
        ["svg-that-includes-itself.svg"] = ("unsupported_format",
            () => Encoding.UTF8.GetBytes("<svg xmlns=\"http://www.w3.org/2000/svg\"><use href=\"#a\" id=\"a\"/></svg>")),
    };

    private static byte[] BaselineJpeg()
    {
        using var black = NetVips.Image.Black(8000, 6000, bands: 3);
        return black.JpegsaveBuffer();
    }

    private static byte[] PngWithChunk(string type, byte[] content) =>
        new PngFile(8, 8).Chunk(type, content).Chunk("IDAT", PngFile.Zlib(new byte[8 * 25])).End();

    private static byte[] ManyFrames()
    {
        var gif = new GifFile(100, 100, Palette);
        var pixels = new byte[100 * 100];
        gif.Frame(0, 0, 100, 100, pixels);
        for (var frame = 1; frame < 20_000; frame++)
            gif.Frame(frame % 100, 0, 1, 1, [1]);
        return gif.End();
    }

    private static byte[] TiffClaiming(uint width, uint height, uint stripBytes) =>
        TiffFile.Write(TiffFile.Picture(width, height, 3, 2, stripBytes), 0, new byte[78]);
}
