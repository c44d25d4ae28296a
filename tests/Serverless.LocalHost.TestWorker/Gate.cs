using Microsoft.Extensions.Configuration;

namespace Serverless.LocalHost.TestWorker;

/// <summary>Holds a function until the test lets it go: until the file that the setting <c>GateFile</c> names exists.</summary>
internal sealed class Gate(IConfiguration configuration)
{
    public async Task PassAsync(CancellationToken cancellation)
    {
        var file = configuration["GateFile"] ?? throw new InvalidOperationException("The setting GateFile names the file that opens the gate.");
        while (!File.Exists(file))
            await Task.Delay(20, cancellation);
    }
}
