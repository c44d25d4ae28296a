using System.Text.Json;
using Azure.Storage.Blobs.Models;
using Microsoft.Azure.WebJobs;
using Serverless.LocalHost.Worker;
using Serverless.LocalHost.Worker.Protocol;

namespace Serverless.LocalHost.Triggers;

/// <summary>Where the SDK's triggers arrive: turns each into an invocation of the worker, each blob version once.</summary>
internal sealed partial class TriggerRunner(
    WorkerSupervisor worker, Invoker invoker, BlobLedger ledger, IReadOnlyDictionary<string, WorkerFunction> functions,
    Func<string, BlobReceipts?> receiptsOf, ILogger<TriggerRunner> logger)
{
    private readonly StopSignal _stopping = new();

    /// <summary>What still runs or waits is left to the next host.</summary>
    public void Stop() => _stopping.Give();

    public Task RunAsync(string name, object value, Binder binder, CancellationToken cancellation)
    {
        var function = functions[name];
        return function.IsBlob && value is ParameterBindingData data && Version(function, data, binder) is { } version
            ? RunBlobAsync(function, version, value, binder)
            : InvokeAsync(function, value, binder, $"New queue message detected on '{function.TriggerText("queueName")}'.", cancellation);
    }

    private async Task RunBlobAsync(WorkerFunction function, BlobVersion version, object value, Binder binder)
    {
        var admission = ledger.TryBegin(version, out var running);
        while (admission == Admission.Running)
        {
            await running;
            admission = ledger.TryBegin(version, out running);
        }
        switch (admission)
        {
            case Admission.Done:
                LogDone(function.Name, $"{version.Container}/{version.Name}", version.ETag);
                return;
            case Admission.Poisoned:
                throw new FunctionFailedException($"{version.Container}/{version.Name} failed as often as host.json allows.");
        }

        try
        {
            // Not the SDK's cancellation: it fires when the SDK is started anew, and the blob is none the worse for that.
            await InvokeAsync(function, value, binder, $"New blob detected: {version.Container}/{version.Name}", _stopping.Token);
        }
        catch (OperationCanceledException)
        {
            ledger.Abandon(version);
            throw;
        }
        catch (FunctionFailedException)
        {
            if (ledger.Fail(version))
                receiptsOf(function.Name)?.AddPoisoned(version);
            throw;
        }
        ledger.Succeed(version);
        if (receiptsOf(function.Name) is { } receipts)
            await receipts.AddAsync(version);
    }

    private async Task InvokeAsync(WorkerFunction function, object value, Binder binder, string reason, CancellationToken cancellation)
    {
        var request = new InvocationRequest
        {
            InvocationId = Guid.NewGuid().ToString(),
            InputData = { new ParameterBinding { Name = function.TriggerName, Data = TriggerMetadata.Value(value) } },
            TraceContext = TraceContexts.Create(),
        };
        TriggerMetadata.Add(request.TriggerMetadata, binder.BindingData);
        if (value is string message)
            TriggerMetadata.AddProperties(request.TriggerMetadata, message);
        await invoker.InvokeAsync(await worker.ReadyAsync(cancellation), function, request, reason, cancellation);
    }

    private static BlobVersion? Version(WorkerFunction function, ParameterBindingData data, Binder binder)
    {
        if (!binder.BindingData.TryGetValue("Properties", out var properties) || properties is not BlobProperties known)
            return null;
        using var content = JsonDocument.Parse(data.Content);
        return new BlobVersion(
            function.Name, content.RootElement.GetProperty("ContainerName").GetString()!, content.RootElement.GetProperty("BlobName").GetString()!,
            BlobVersion.Plain(known.ETag));
    }

    [LoggerMessage(LogLevel.Information, "'Functions.{Function}' is not run again for {Blob}: this version ({ETag}) was done before")]
    private partial void LogDone(string function, string blob, string etag);
}
