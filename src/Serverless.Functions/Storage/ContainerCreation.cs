using Azure;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serverless.Functions.Errors;
using Serverless.Functions.Patience;

namespace Serverless.Functions.Storage;

/// <summary>
/// Creates the containers in the background. Storage that does not answer yet neither delays nor ends the start: it is asked again until it does.
/// </summary>
internal sealed partial class ContainerCreation(StorageClients storage, TimeProvider time, ILogger<ContainerCreation> log) : BackgroundService
{
    private static readonly PausePolicy Pauses = new(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(30), TimeSpan.MaxValue);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(CreateAsync(storage.Images, stoppingToken), CreateAsync(storage.Results, stoppingToken));

    private async Task CreateAsync(BlobContainerClient container, CancellationToken stopping)
    {
        var perseverance = new Perseverance(Pauses, time, failure => StorageFailure.CanMend(failure, stopping) && !IsForbidden(failure), (failure, pause) =>
            LogStorageSilent(container.Name, new(failure), pause.TotalSeconds));
        try
        {
            await perseverance.DoAsync(() => container.CreateIfNotExistsAsync(cancellationToken: stopping), stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The app ends before storage came.
        }
        catch (Exception refused)
        {
            // An identity that may read and write blobs need not be allowed to create containers.
            LogNotCreated(container.Name, new(refused));
        }
    }

    private static bool IsForbidden(Exception failure) => failure is RequestFailedException { Status: 401 or 403 };

    [LoggerMessage(Level = LogLevel.Warning, Message = "Storage does not answer ({Problem}); container {Container} is asked for again in {Pause:0.0} s")]
    private partial void LogStorageSilent(string container, FailureSummary problem, double pause);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Container {Container} could not be created ({Problem}); it has to be there already")]
    private partial void LogNotCreated(string container, FailureSummary problem);
}
