using System.Text;
using Serverless.Classifier.Errors;
using Serverless.Classifier.Imaging;
using Serverless.Classifier.Imaging.Formats;

namespace Serverless.Classifier.Tests.Imaging.Formats;

public sealed class FormatSnifferTests
{
    [Theory]
    [InlineData("jpg-444-q85.jpg", ImageFormat.Jpeg)]
    [InlineData("png-rgb8.png", ImageFormat.Png)]
    [InlineData("gif-plain.gif", ImageFormat.Gif)]
    [InlineData("webp-q20.webp", ImageFormat.Webp)]
    [InlineData("tif-RGB-raw.tif", ImageFormat.Tiff)]
    [InlineData("tif-be.tif", ImageFormat.Tiff)]
    [InlineData("bmp-rgb24.bmp", ImageFormat.Bmp)]
    [InlineData("bmp-os2-8.bmp", ImageFormat.Bmp)]
    public void TheFormatsThatAreDecodedAreToldFromTheirFirstBytes(string file, ImageFormat format) =>
        Assert.Equal(format, FormatSniffer.Sniff(File.ReadAllBytes(TestFiles.Fixture("variants", file))));

    [Theory]
    [InlineData("%PDF-1.7\n", "PDF")]
    [InlineData("%!PS-Adobe-3.0", "PostScript")]
    [InlineData("8BPS\0\u0001", "PSD")]
    [InlineData("\0\0\u0001\0\u0001\0", "ICO")]
    [InlineData("\u00FF\u000A\u0000", "JPEG XL")]
    [InlineData("\0\0\0\u000CJXL \r\n\u0087\n", "JPEG XL")]
    [InlineData("\0\0\0\u000CjP  \r\n\u0087\n", "JPEG 2000")]
    [InlineData("\u00FF\u004F\u00FF\u0051\0", "JPEG 2000")]
    [InlineData("\0\0\0\u0020ftypavif\0\0\0\0", "AVIF")]
    [InlineData("\0\0\0\u0018ftypheic\0\0\0\0", "HEIC")]
    [InlineData("\0\0\0\u0018ftypmif1\0\0\0\0", "HEIF")]
    [InlineData("\0\0\0\u0018ftypisom\0\0\0\0", "video")]
    [InlineData("<svg width='9' height='9'/>", "SVG")]
    [InlineData("\u00EF\u00BB\u00BF \n<?xml version='1.0'?>\n<!-- drawn --><svg/>", "SVG")]
    [InlineData("P6\n3 3\n255\n", "PNM")]
    [InlineData("qoif\0\0", "QOI")]
    [InlineData("#?RADIANCE\n", "Radiance HDR")]
    public void OtherImageFormatsAreRefusedByName(string start, string name)
    {
        var refusal = Assert.Throws<ClassifierException>(() => FormatSniffer.Sniff(Encoding.Latin1.GetBytes(start)));
        Assert.Equal(ErrorKind.UnsupportedFormat, refusal.Kind);
        Assert.Contains(name, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("Dear Sir or Madam")]
    [InlineData("BMW is a maker of motor cars, as is Audi")]
    [InlineData("<html><body>404</body></html>")]
    [InlineData("{\"json\": true}")]
    [InlineData("RIFF\0\0\0\0WAVEfmt ")]
    [InlineData("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")]
    public void WhatIsNoImageIsSaidToBeNone(string content) =>
        Assert.Equal(ErrorKind.NotAnImage, Assert.Throws<ClassifierException>(() => FormatSniffer.Sniff(Encoding.Latin1.GetBytes(content))).Kind);
}
