namespace Serverless.LocalHost;

/// <summary>What was started, and is ended in the opposite order, however far the start came.</summary>
internal sealed class StartedParts : IAsyncDisposable
{
    private readonly List<Func<Task>> _ends = [];

    public void Add(Func<Task> end) => _ends.Add(end);

    /// <summary>To be ended first after all.</summary>
    public void Move(Func<Task> end)
    {
        _ends.Remove(end);
        _ends.Add(end);
    }

    public async Task StopAsync()
    {
        while (_ends.Count > 0)
        {
            var end = _ends[^1];
            _ends.RemoveAt(_ends.Count - 1);
            await end();
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync();
}
