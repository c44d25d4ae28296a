using System.Collections.Concurrent;
using Grpc.Core;
using Serverless.LocalHost.Worker.Protocol;
using RpcException = Grpc.Core.RpcException;

namespace Serverless.LocalHost.Worker;

/// <summary>The channels that wait for their worker, by the id that the worker got on its command line.</summary>
internal sealed class WorkerChannels
{
    private readonly ConcurrentDictionary<string, (WorkerChannel Channel, Action Ended)> _channels = new();

    public void Expect(WorkerChannel channel, Action ended) => _channels[channel.WorkerId] = (channel, ended);

    public void Forget(WorkerChannel channel) => _channels.TryRemove(channel.WorkerId, out _);

    public bool TryFind(string workerId, out (WorkerChannel Channel, Action Ended) found) => _channels.TryGetValue(workerId, out found);
}

/// <summary>Takes the one endless stream of each worker.</summary>
internal sealed class FunctionRpcService(WorkerChannels channels) : FunctionRpc.FunctionRpcBase
{
    public override async Task EventStream(
        IAsyncStreamReader<StreamingMessage> requestStream, IServerStreamWriter<StreamingMessage> responseStream, ServerCallContext context)
    {
        if (!await requestStream.MoveNext(context.CancellationToken)
            || requestStream.Current.ContentCase != StreamingMessage.ContentOneofCase.StartStream
            || !channels.TryFind(requestStream.Current.StartStream.WorkerId, out var found))
            throw new RpcException(new Status(StatusCode.PermissionDenied, "This is not a worker that this host started."));

        var (channel, ended) = found;
        channel.Received(requestStream.Current);
        channel.Opened();
        try
        {
            await Task.WhenAny(ReadAsync(channel, requestStream, context.CancellationToken), WriteAsync(channel, responseStream, context.CancellationToken));
        }
        finally
        {
            ended();
        }
    }

    private static async Task ReadAsync(WorkerChannel channel, IAsyncStreamReader<StreamingMessage> stream, CancellationToken cancellation)
    {
        try
        {
            while (await stream.MoveNext(cancellation))
                channel.Received(stream.Current);
        }
        catch (Exception broken) when (broken is IOException or OperationCanceledException or InvalidOperationException or RpcException)
        {
            // The worker is gone; what that means is decided where its process is watched.
        }
    }

    private static async Task WriteAsync(WorkerChannel channel, IServerStreamWriter<StreamingMessage> stream, CancellationToken cancellation)
    {
        try
        {
            await foreach (var message in channel.Outgoing.ReadAllAsync(cancellation))
            {
                channel.Sent(message);
                await stream.WriteAsync(message, cancellation);
            }
        }
        catch (Exception broken) when (broken is IOException or OperationCanceledException or InvalidOperationException or RpcException)
        {
            // As above.
        }
    }
}
