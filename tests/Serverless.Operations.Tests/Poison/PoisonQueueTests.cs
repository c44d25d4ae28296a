using Serverless.Operations.Poison;

namespace Serverless.Operations.Tests.Poison;

/// <summary>More messages than the service gives at once.</summary>
public sealed class PoisonQueueTests(Account account) : IClassFixture<Account>, IAsyncLifetime
{
    private const int Many = 70;

    public async ValueTask InitializeAsync()
    {
        await account.Queue.ClearMessagesAsync();
        await Task.WhenAll(Enumerable.Range(0, Many).Select(i => account.PoisonAsync($"{i}.png", "0x1")));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task LookingHidesNothing()
    {
        var peeked = await account.Poisoned.Queue.PeekAsync(TestContext.Current.CancellationToken);

        Assert.Equal(PoisonQueue.Batch, peeked.Count);
        Assert.Equal(PoisonQueue.Batch, (await account.VisibleAsync()).Length);
    }

    [Fact]
    public async Task ReadingAllShowsEachOnceAndGivesThemBackUnchanged()
    {
        var before = await TextsAsync();

        var read = await PoisonReading.AllAsync(account.Poisoned.Queue, TestContext.Current.CancellationToken);

        Assert.Equal(Enumerable.Range(0, Many).Select(i => $"images/{i}.png").Order(), read.Select(message => message.Name).Order());
        Assert.Equal(before, await TextsAsync());
    }

    [Fact]
    public async Task DroppingOneGivesTheOthersBackAtOnce()
    {
        var dropped = await new PoisonWork(account.Poisoned, message => message.IsNamed("69.png")).DropAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal("images/69.png", Assert.Single(dropped).Message.Name);
        Assert.Equal(Many - 1, (await TextsAsync()).Count);
    }

    [Fact]
    public async Task WhoeverLeavesInTheMiddleLosesNothing()
    {
        await foreach (var _ in new PoisonWork(account.Poisoned, message => message.IsNamed("images/5.png") || message.IsNamed("6.png")).DropAsync(TestContext.Current.CancellationToken))
        {
            break;
        }

        Assert.Equal(Many - 1, (await TextsAsync()).Count);
    }

    /// <summary>What anybody can take now.</summary>
    private async Task<List<string>> TextsAsync()
    {
        List<string> texts = [];
        while ((await account.Queue.ReceiveMessagesAsync(32, TimeSpan.FromMinutes(5))).Value is { Length: > 0 } batch)
        {
            foreach (var message in batch) texts.Add($"{message.MessageId} {message.Body}");
            _taken.AddRange(batch.Select(message => (message.MessageId, message.PopReceipt, message.Body.ToString())));
        }

        foreach (var (id, receipt, text) in _taken) await account.Queue.UpdateMessageAsync(id, receipt, text, TimeSpan.Zero);
        _taken.Clear();
        texts.Sort(StringComparer.Ordinal);
        return texts;
    }

    private readonly List<(string Id, string Receipt, string Text)> _taken = [];
}
