using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Serverless.Classifier.Inference;

/// <summary>Begins the load of the default model when the program starts and does not hold the start up for it.</summary>
internal sealed class DefaultModelLoader(SessionCache sessions, IOptions<ClassifierOptions> options) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        sessions.Load(options.Value.Model);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
