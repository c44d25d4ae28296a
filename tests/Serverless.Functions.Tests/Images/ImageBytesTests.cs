using Serverless.Functions.Images;

namespace Serverless.Functions.Tests.Images;

public class ImageBytesTests
{
    private const int Limit = 1_000_000;

    public static TheoryData<int, int?> Sizes => new()
    {
        { 0, null }, { 0, 0 }, { 1, 1 }, { 4096, 4096 }, { 300_000, null }, { Limit, null }, { Limit, Limit }, { 5000, 100 }, { 100, 5000 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task AllBytesAreReadWhateverWasAnnounced(int size, int? announced)
    {
        var content = new byte[size];
        new Random(1).NextBytes(content);

        using var image = await ImageBytes.ReadAsync(new Trickle(content), announced, Limit, TestContext.Current.CancellationToken);

        Assert.Equal(content, image!.Memory.ToArray());
    }

    [Theory]
    [InlineData(Limit + 1, null)]
    [InlineData(Limit + 1, Limit + 1)]
    [InlineData(Limit + 1, 10)]
    [InlineData(10, Limit + 1)]
    public async Task MoreThanTheLimitIsNotTaken(int size, int? announced) =>
        Assert.Null(await ImageBytes.ReadAsync(new MemoryStream(new byte[size]), announced, Limit, TestContext.Current.CancellationToken));

    /// <summary>Gives a few bytes at a time, as a network does.</summary>
    private sealed class Trickle(byte[] content) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, 1777)], cancellationToken);
    }
}
