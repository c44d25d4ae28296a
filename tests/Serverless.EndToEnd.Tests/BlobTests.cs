using System.Text;
using Azure;

namespace Serverless.EndToEnd.Tests;

/// <summary>Upload a picture, read its document.</summary>
public class BlobTests(SharedApp shared)
{
    private static int _names;

    private readonly LocalApp _app = shared.App;

    [Fact]
    public async Task AnUploadedPictureGetsADocumentThatNamesWhatItShows()
    {
        var name = NewName("coffee.png");

        var etag = await _app.Images.PutAsync(name, Pictures.Coffee);
        var document = await ResultDocument.WaitAsync(_app, name, etag);

        Assert.Equal("classified", document.Status);
        Assert.Equal(5, document.Labels.Count);
        Assert.Contains("espresso", document.Labels);
        Assert.Equal(name, document.Json.GetProperty("source").GetProperty("blob").GetString());
        Assert.Equal("images", document.Json.GetProperty("source").GetProperty("container").GetString());
        Assert.Equal(Pictures.Coffee.Length, document.Json.GetProperty("source").GetProperty("bytes").GetInt32());
        Assert.Equal("png", document.Json.GetProperty("image").GetProperty("format").GetString());
        Assert.Equal(600, document.Json.GetProperty("image").GetProperty("width").GetInt32());
        Assert.Equal("efficientnet-lite0", document.Json.GetProperty("model").GetProperty("name").GetString());
    }

    [Fact]
    public async Task OtherContentUnderTheSameNameReplacesTheAnswer()
    {
        var name = NewName("picture");
        await ResultDocument.WaitAsync(_app, name, await _app.Images.PutAsync(name, Pictures.Coffee));

        var document = await ResultDocument.WaitAsync(_app, name, await _app.Images.PutAsync(name, Pictures.Rocket));

        Assert.Equal("jpeg", document.Json.GetProperty("image").GetProperty("format").GetString());
        Assert.Contains("missile", document.Labels);
    }

    [Fact]
    public async Task TheSameContentTwiceIsAnsweredForEachUpload()
    {
        var name = NewName("coffee.png");
        var first = await ResultDocument.WaitAsync(_app, name, await _app.Images.PutAsync(name, Pictures.Coffee));

        var second = await ResultDocument.WaitAsync(_app, name, await _app.Images.PutAsync(name, Pictures.Coffee));

        Assert.NotEqual(first.SourceETag, second.SourceETag);
        Assert.Equal(first.Labels, second.Labels);
    }

    [Theory]
    [InlineData("folder/in a folder/coffee.png")]
    [InlineData("two  spaces.png")]
    [InlineData("кофе-咖啡-☕.png")]
    [InlineData("hash#question?percent%ampersand&plus+.png")]
    [InlineData("percent%20encoded%2Fname.png")]
    [InlineData("quote'double\"brackets[]{}.png")]
    [InlineData("no-extension")]
    [InlineData("dots...and.json")]
    public async Task ANameIsKeptWhateverIsInIt(string name)
    {
        var etag = await _app.Images.PutAsync(name, Pictures.Coffee);

        var document = await ResultDocument.WaitAsync(_app, name, etag);

        Assert.Equal(name, document.Json.GetProperty("source").GetProperty("blob").GetString());
    }

    public static TheoryData<string, byte[], string> WhatIsRefused => new()
    {
        { "text.png", Encoding.UTF8.GetBytes("This is a text, whatever its name says.\n"), "not_an_image" },
        { "drawing.svg", Encoding.UTF8.GetBytes("<svg xmlns='http://www.w3.org/2000/svg'/>"), "unsupported_format" },
        { "truncated.jpg", Pictures.Rocket[..(Pictures.Rocket.Length / 2)], "image_truncated" },
        { "empty.png", [], "image_empty" },
        { "many-pixels.png", Pictures.PngHeader(8001, 8000), "image_too_many_pixels" },
        { "many-pixels-interlaced.png", Pictures.PngHeader(4900, 4900, interlaced: true), "image_too_many_pixels" },
        { "wide.png", Pictures.PngHeader(16385, 1), "image_side_too_long" },
        { "high.png", Pictures.PngHeader(1, 16385), "image_side_too_long" },
        { "many-bytes.png", [.. Pictures.Coffee, .. new byte[(32 << 20) - Pictures.Coffee.Length + 1]], "image_too_large" },
    };

    [Theory]
    [MemberData(nameof(WhatIsRefused))]
    public async Task WhatNoRetryCanMendLeavesADocumentThatSaysWhy(string file, byte[] content, string code)
    {
        var name = NewName(file);

        var document = await ResultDocument.WaitAsync(_app, name, await _app.Images.PutAsync(name, content));

        Assert.Equal("rejected", document.Status);
        Assert.Equal(code, document.ErrorCode);
        Assert.False(document.Json.TryGetProperty("predictions", out _));
        Assert.NotEmpty(document.Json.GetProperty("error").GetProperty("message").GetString()!);
    }

    [Fact]
    public async Task APictureOfExactlyTheAllowedBytesIsClassified()
    {
        var name = NewName("coffee-padded.png");
        byte[] padded = [.. Pictures.Coffee, .. new byte[(32 << 20) - Pictures.Coffee.Length]];

        var document = await ResultDocument.WaitAsync(_app, name, await _app.Images.PutAsync(name, padded));

        Assert.Equal("classified", document.Status);
    }

    [Fact]
    public async Task ABlobDeletedBeforeItIsReadIsNotAnError()
    {
        var poisonBefore = await PoisonCountAsync();
        var name = NewName("gone.png");
        await _app.Images.PutAsync(name, Pictures.Coffee);
        await _app.Images.DeleteBlobAsync(name, cancellationToken: TestContext.Current.CancellationToken);
        var after = NewName("after.png");

        await ResultDocument.WaitAsync(_app, after, await _app.Images.PutAsync(after, Pictures.Coffee));

        Assert.Equal(poisonBefore, await PoisonCountAsync());
    }

    private static string NewName(string file) => $"test-{Interlocked.Increment(ref _names)}/{file}";

    private async Task<int> PoisonCountAsync()
    {
        try
        {
            return (await _app.PoisonQueue.GetPropertiesAsync()).Value.ApproximateMessagesCount;
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            return 0;
        }
    }
}
