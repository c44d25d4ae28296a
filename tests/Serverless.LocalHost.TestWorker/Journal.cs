using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace Serverless.LocalHost.TestWorker;

/// <summary>
/// What the functions saw, a line of JSON each, in the file that the setting <c>JournalFile</c> names: it outlives the worker and the host,
/// so a test that ends them can still count.
/// </summary>
internal sealed class Journal(IConfiguration configuration)
{
    private readonly Lock _lock = new();
    private readonly string? _file = configuration["JournalFile"];

    public void Add(string kind, object entry)
    {
        if (_file is null)
            return;
        var line = JsonSerializer.Serialize(new { kind, pid = Environment.ProcessId, entry });
        lock (_lock)
            File.AppendAllText(_file, line + "\n");
    }

    /// <summary>How often something was written before, by this worker or one before it.</summary>
    public int Count(string kind, string text)
    {
        lock (_lock)
            return _file is null || !File.Exists(_file) ? 0 : File.ReadLines(_file).Count(line => line.Contains($"\"kind\":\"{kind}\"") && line.Contains(text));
    }
}
