using Serverless.Functions.Images;

namespace Serverless.Functions.Tests.Images;

public class ImageBytesTests
{
    private const int Limit = 1_000_000;

    public static TheoryData<int, int?> Sizes => new()
    {
        { 0, null }, { 0, 0 }, { 1, 1 }, { 4096, 4096 }, { 300_000, null }, { Limit, null }, { Limit, Limit },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task AllBytesAreReadWhetherTheirNumberWasAnnouncedOrNot(int size, int? announced)
    {
        var content = new byte[size];
        new Random(1).NextBytes(content);

        using var image = await ImageBytes.ReadAsync(new Trickle(content), announced, Limit, TestContext.Current.CancellationToken);

        Assert.Equal(content, image!.Memory.ToArray());
    }

    [Theory]
    [InlineData(Limit + 1, null)]
    [InlineData(Limit + 1, Limit + 1)]
    [InlineData(10, Limit + 1)]
    public async Task MoreThanTheLimitIsNotTaken(int size, int? announced) =>
        Assert.Null(await ImageBytes.ReadAsync(new MemoryStream(new byte[size]), announced, Limit, TestContext.Current.CancellationToken));

    [Fact]
    public async Task FewerThanAnnouncedIsAnImageThatWasCutOffOnItsWay() =>
        await Assert.ThrowsAsync<EndOfStreamException>(() =>
            ImageBytes.ReadAsync(new Trickle(new byte[100]), 5000, Limit, TestContext.Current.CancellationToken));

    [Fact]
    public async Task AnAnnouncedImageFillsItsArraySoThatTheDecoderReadsItInPlace()
    {
        using var image = await ImageBytes.ReadAsync(new Trickle(new byte[5000]), 5000, Limit, TestContext.Current.CancellationToken);

        Assert.True(System.Runtime.InteropServices.MemoryMarshal.TryGetArray(image!.Memory, out var array));
        Assert.Equal(5000, array.Array!.Length);
    }

    /// <summary>Gives a few bytes at a time, as a network does.</summary>
    private sealed class Trickle(byte[] content) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, 1777)], cancellationToken);
    }
}
