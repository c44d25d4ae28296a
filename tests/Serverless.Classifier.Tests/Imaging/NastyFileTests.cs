using Serverless.Classifier.Errors;
using Serverless.Classifier.Imaging;

namespace Serverless.Classifier.Tests.Imaging;

/// <summary>Damaged and hostile files from other projects' test suites, and why each of them is refused.</summary>
public sealed class NastyFileTests
{
    [Theory]
    [InlineData("21_monkey12.jpg", "unsupported_format")] // 12 bits a channel
    [InlineData("29_truncated.jpg", "image_truncated")]
    [InlineData("35_ultrahdr.jpg", "image_truncated")]
    [InlineData("37_oom_dos.jpg", "image_side_too_long")]
    [InlineData("41_759802.gif", "unsupported_format")] // a JPEG whose frame says an odd number of bits
    [InlineData("47_broken.png", "image_undecodable")]
    [InlineData("49_broken_data_stream.png", "image_undecodable")]
    [InlineData("51_65536-uint32-limit.png", "image_side_too_long")]
    [InlineData("61_reallybig.bmp", "image_side_too_long")]
    [InlineData("63_rgb32bf.bmp", "unsupported_format")] // bit fields that are not whole bytes
    [InlineData("67_oom-225817ca0f8c663be7ab4b9e717b02c661e66834.tif", "image_truncated")]
    [InlineData("69_hopper.avif", "unsupported_format")]
    public void EachIsRefusedWithTheCodeThatSaysWhy(string file, string code)
    {
        var path = TestFiles.Shared(out var reason, "data", "nasty", file);
        Assert.SkipWhen(path is null, reason);
        var refusal = Assert.Throws<ClassifierException>(() =>
            new ImagePreprocessor(new ImageLimits()).Decode(File.ReadAllBytes(path!), TestContext.Current.CancellationToken));
        Assert.Equal(code, refusal.Kind.Code);
        Assert.DoesNotContain("vips", refusal.Message, StringComparison.OrdinalIgnoreCase);
    }
}
