using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Serverless.Classifier.Models;
using Serverless.ModelTool.Downloads;

namespace Serverless.ModelTool.Tests.Downloads;

/// <summary>Against a real web server on this machine.</summary>
public sealed class WeightsDownloadTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };
    private readonly byte[] _content = RandomNumberGenerator.GetBytes(1_000_000);
    private MirrorServer _server = null!;

    private string Target => _folder.File("weights.h5");

    private string Part => Target + ".part";

    public async ValueTask InitializeAsync() => _server = await MirrorServer.StartAsync();

    [Fact]
    public async Task AFileIsDownloadedCheckedAndGivenItsName()
    {
        await FetchAsync(Source(_server.Serve("/weights", _content)));

        await AssertOnlyTheFileAsync();
    }

    [Fact]
    public async Task AnInterruptionIsGoneOnFromWhereItHappened()
    {
        await FetchAsync(Source(_server.ServeBrokenOnce("/weights", _content, brokenAt: 400_000)));

        await AssertOnlyTheFileAsync();
        Assert.Equal([("", ""), ("bytes=400000-", "\"1\"")], _server.Requests.Select(request => (request.Range, request.IfRange)));
    }

    [Fact]
    public async Task ALaterPullGoesOnWhereAnInterruptedOneStopped()
    {
        var source = Source(_server.Serve("/weights", _content));
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => FetchAsync(source, stop.Token, (done, _) =>
        {
            if (done > 300_000)
            {
                stop.Cancel();
            }
        }));
        Assert.False(File.Exists(Target));
        var arrived = new FileInfo(Part).Length;

        await FetchAsync(source);

        await AssertOnlyTheFileAsync();
        Assert.Equal(new MirrorRequest("/weights", $"bytes={arrived}-", "\"1\""), _server.Requests.Last());
    }

    [Fact]
    public async Task AFileThatChangedMeanwhileIsDownloadedAnew()
    {
        var old = RandomNumberGenerator.GetBytes(_content.Length);
        await Assert.ThrowsAsync<ModelToolException>(() => FetchAsync(Source(_server.ServeBroken("/weights", old, brokenAt: 200_000))));
        Assert.Equal(200_000, new FileInfo(Part).Length);
        await _server.DisposeAsync();
        _server = await MirrorServer.StartAsync();
        var url = _server.Serve("/weights", _content, tag: "2");
        await NoteOriginAsync(url);

        await FetchAsync(Source(url));

        await AssertOnlyTheFileAsync();
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task AServerThatKnowsNoRangesGivesTheWholeAgain()
    {
        await WritePartAsync(_content[..500_000]);

        await FetchAsync(Source(_server.Answer("/weights", _ => Results.Bytes(_content))));

        await AssertOnlyTheFileAsync();
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task APartOfAnotherFileIsFoundOutByTheChecksumAndDownloadedAnew()
    {
        await WritePartAsync(new byte[500_000]);

        await FetchAsync(Source(_server.Serve("/weights", _content)));

        await AssertOnlyTheFileAsync();
        Assert.Equal(["bytes=500000-", ""], _server.Requests.Select(request => request.Range));
    }

    [Theory]
    [InlineData(1_000_001)]
    [InlineData(2_000_000)]
    public async Task APartThatIsLongerThanTheFileIsDownloadedAnew(int length)
    {
        await WritePartAsync(new byte[length]);

        await FetchAsync(Source(_server.Serve("/weights", _content)));

        await AssertOnlyTheFileAsync();
    }

    [Fact]
    public async Task APartThatIsWholeIsNotAskedForAgain()
    {
        await WritePartAsync(_content);

        await FetchAsync(Source(_server.Serve("/weights", _content)));

        await AssertOnlyTheFileAsync();
        Assert.Empty(_server.Requests);
    }

    [Fact]
    public async Task APartGoesOnAtAnotherMirror()
    {
        var broken = _server.ServeBroken("/broken", _content, brokenAt: 600_000);

        await FetchAsync(Source(broken, _server.Serve("/mirror", _content)));

        await AssertOnlyTheFileAsync();
        Assert.Equal(new MirrorRequest("/mirror", "bytes=600000-", ""), _server.Requests.Last());
    }

    [Fact]
    public async Task ARedirectIsFollowed()
    {
        _server.Serve("/there", _content);

        await FetchAsync(Source(_server.Answer("/here", _ => Results.Redirect("/there"))));

        await AssertOnlyTheFileAsync();
    }

    [Theory]
    [InlineData(404, 1)]
    [InlineData(403, 1)]
    [InlineData(503, 3)]
    public async Task AMirrorThatRefusesIsPassedOver(int status, int tries)
    {
        await FetchAsync(Source(_server.Answer("/refuses", _ => Results.StatusCode(status)), _server.Serve("/gives", _content)));

        await AssertOnlyTheFileAsync();
        Assert.Equal(tries, _server.Requests.Count(request => request.Path == "/refuses"));
    }

    [Fact]
    public async Task AMirrorThatCannotBeReachedIsPassedOver()
    {
        var gone = await MirrorServer.StartAsync();
        var url = gone["/weights"];
        await gone.DisposeAsync();

        await FetchAsync(Source(url, _server.Serve("/gives", _content)));

        await AssertOnlyTheFileAsync();
    }

    [Fact]
    public async Task AMirrorWithAnotherFileOfTheSameSizeIsPassedOver()
    {
        await FetchAsync(Source(_server.Serve("/other", new byte[_content.Length]), _server.Serve("/right", _content)));

        await AssertOnlyTheFileAsync();
        Assert.Equal("", _server.Requests.Last().Range);
    }

    [Fact]
    public async Task AMirrorWithAFileOfAnotherSizeIsPassedOverBeforeItIsDownloaded()
    {
        var reported = new List<long>();

        await FetchAsync(Source(_server.Serve("/other", new byte[500]), _server.Serve("/right", _content)), progress: (done, _) => reported.Add(done));

        await AssertOnlyTheFileAsync();
        Assert.Equal(1, reported.Count(done => done == 0));
    }

    [Fact]
    public async Task AServerThatSendsWithoutEndIsStoppedAtThePublishedSize()
    {
        var url = _server.Answer("/endless", _ => Results.Stream(async body =>
        {
            while (true)
            {
                await body.WriteAsync(new byte[100_000]);
            }
        }));

        var exception = await Assert.ThrowsAsync<ModelToolException>(() => FetchAsync(Source(url)));

        Assert.Contains("it sends more than the 1,000,000 bytes that were published", exception.Message, StringComparison.Ordinal);
        Assert.InRange(new FileInfo(Part).Length, 0, 1_000_000);
    }

    [Fact]
    public async Task AServerThatFallsSilentIsGivenUp()
    {
        var stalled = _server.ServeStalled("/stalled", _content, stalledAt: 100_000);
        var time = new FakeTimeProvider();

        var fetch = FetchAsync(Source(stalled, _server.Serve("/gives", _content)), time: time);
        await Eventually.TrueAsync(
            () =>
            {
                // Time passes as long as the silent server is waited for.
                if (!fetch.IsCompleted && _server.Requests.LastOrDefault()?.Path == "/stalled")
                {
                    time.Advance(TimeSpan.FromSeconds(10));
                }

                return fetch.IsCompleted;
            },
            "the other mirror gives the file");
        await fetch;

        await AssertOnlyTheFileAsync();
        Assert.InRange(_server.Requests.Count(request => request.Path == "/stalled"), 3, 5);
    }

    [Fact]
    public async Task WhenNoMirrorGivesTheFileEachReasonIsToldAndNothingLooksWhole()
    {
        var source = Source(_server.Answer("/refuses", _ => Results.NotFound()), _server.Serve("/other", new byte[_content.Length]));

        var exception = await Assert.ThrowsAsync<ModelToolException>(() => FetchAsync(source));

        Assert.Contains($"{_server["/refuses"]}: HTTP 404 Not Found", exception.Message, StringComparison.Ordinal);
        Assert.Contains($"{_server["/other"]}: it sent another file: its MD5 is", exception.Message, StringComparison.Ordinal);
        Assert.Contains("--from FILE", exception.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task WithoutAPublishedSizeTheChecksumDecides()
    {
        var url = _server.Serve("/weights", _content);

        await FetchAsync(Source(url) with { Bytes = null });

        await AssertOnlyTheFileAsync();
    }

    [Fact]
    public async Task ASha256IsCheckedWhereItIsPublished()
    {
        var source = Source(_server.Serve("/weights", _content)) with { Md5 = null, Sha256 = new string('0', 64) };

        var exception = await Assert.ThrowsAsync<ModelToolException>(() => FetchAsync(source));

        Assert.Contains($"its SHA256 is {Convert.ToHexStringLower(SHA256.HashData(_content))}", exception.Message, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    private WeightsSource Source(params Uri[] urls) => new()
    {
        Format = WeightsFormat.KerasHdf5,
        Architecture = "vgg16",
        Urls = urls,
        // What Keras publishes; it is to find accidents.
#pragma warning disable CA5351
        Md5 = Convert.ToHexStringLower(MD5.HashData(_content)),
#pragma warning restore CA5351
        Bytes = _content.Length,
    };

    private Task FetchAsync(
        WeightsSource source, CancellationToken? cancellation = null, Action<long, long?>? progress = null, TimeProvider? time = null)
    {
        var transfer = new Transfer(_http, stalledAfter: TimeSpan.FromSeconds(60), time ?? TimeProvider.System);
        return new WeightsDownload(transfer, firstPause: TimeSpan.FromMilliseconds(1), time ?? TimeProvider.System)
            .FetchAsync(
                source,
                Target,
                (done, whole) =>
                {
                    _server.HasArrived(done);
                    progress?.Invoke(done, whole);
                },
                cancellation ?? TestContext.Current.CancellationToken);
    }

    private Task WritePartAsync(byte[] bytes) => File.WriteAllBytesAsync(Part, bytes, TestContext.Current.CancellationToken);

    /// <summary>As if the part had come from the new server's address when that had another version.</summary>
    private Task NoteOriginAsync(Uri url) =>
        File.WriteAllTextAsync(_folder.File("weights.h5.origin.part"), $"{url}\n\"1\"\n", TestContext.Current.CancellationToken);

    private async Task AssertOnlyTheFileAsync()
    {
        Assert.Equal(_content, await File.ReadAllBytesAsync(Target, TestContext.Current.CancellationToken));
        Assert.Equal([Target], Directory.EnumerateFileSystemEntries(_folder.Path));
    }
}
