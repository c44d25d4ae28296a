using System.Collections.Concurrent;
using System.Threading.Channels;
using Serverless.LocalHost.Worker.Protocol;

namespace Serverless.LocalHost.Worker;

/// <summary>The messages to and from one worker process: sends in order, gives answers to whoever waits for them.</summary>
internal sealed class WorkerChannel(string workerId, Action<RpcLog> log, MessageRecord? record)
{
    private readonly Channel<StreamingMessage> _outgoing = Channel.CreateUnbounded<StreamingMessage>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ConcurrentDictionary<string, TaskCompletionSource<StreamingMessage>> _waiting = new();
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _lost;

    public string WorkerId => workerId;

    /// <summary>Completes when the worker has opened its stream.</summary>
    public Task Started => _started.Task;

    /// <summary>Where the worker's own web server listens; null when it has none.</summary>
    public Uri? HttpUri { get; set; }

    public ChannelReader<StreamingMessage> Outgoing => _outgoing.Reader;

    /// <exception cref="WorkerLostException">The worker ended first.</exception>
    public Task<StreamingMessage> AskAsync(StreamingMessage message)
    {
        message.RequestId = Guid.NewGuid().ToString();
        return AskAsync(message.RequestId, message);
    }

    /// <exception cref="WorkerLostException">The worker ended first.</exception>
    public async Task<InvocationResponse> InvokeAsync(InvocationRequest request) =>
        (await AskAsync(request.InvocationId, new StreamingMessage { RequestId = Guid.NewGuid().ToString(), InvocationRequest = request })).InvocationResponse;

    public void Cancel(string invocationId) =>
        Send(new StreamingMessage { InvocationCancel = new InvocationCancel { InvocationId = invocationId } });

    public void Send(StreamingMessage message) => _outgoing.Writer.TryWrite(message);

    public void Opened() => _started.TrySetResult();

    public void Sent(StreamingMessage message) => record?.Add(fromWorker: false, message);

    public void Received(StreamingMessage message)
    {
        record?.Add(fromWorker: true, message);
        switch (message.ContentCase)
        {
            case StreamingMessage.ContentOneofCase.RpcLog:
                log(message.RpcLog);
                break;
            case StreamingMessage.ContentOneofCase.InvocationResponse:
                Answer(message.InvocationResponse.InvocationId, message);
                break;
            default:
                Answer(message.RequestId, message);
                break;
        }
    }

    /// <summary>Nothing more will come: whoever waits is told.</summary>
    public void Lose()
    {
        _lost = true;
        _outgoing.Writer.TryComplete();
        _started.TrySetException(new WorkerLostException());
        foreach (var id in _waiting.Keys)
            Fail(id);
    }

    private Task<StreamingMessage> AskAsync(string id, StreamingMessage message)
    {
        var answer = new TaskCompletionSource<StreamingMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[id] = answer;
        Send(message);
        // The worker may have been lost between the two lines above.
        if (_lost)
            Fail(id);
        return answer.Task;
    }

    private void Answer(string id, StreamingMessage message)
    {
        if (_waiting.TryRemove(id, out var answer))
            answer.TrySetResult(message);
    }

    private void Fail(string id)
    {
        if (_waiting.TryRemove(id, out var answer))
            answer.TrySetException(new WorkerLostException());
    }
}
