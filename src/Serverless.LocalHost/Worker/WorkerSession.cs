using System.Net.Sockets;
using Serverless.LocalHost.AppFolder;
using Serverless.LocalHost.Processes;
using Serverless.LocalHost.Worker.Protocol;

namespace Serverless.LocalHost.Worker;

/// <summary>One worker process from its start to its end.</summary>
internal sealed class WorkerSession : IDisposable
{
    /// <summary>The version of the real host whose behaviour this one plays.</summary>
    public const string HostVersion = "4.1037.0.0";

    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan TerminateGrace = TimeSpan.FromSeconds(5);

    private readonly FunctionApp _app;
    private readonly WorkerChannels _channels;
    private readonly TimeProvider _time;
    private readonly TaskCompletionSource _streamEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private WorkerSession(FunctionApp app, WorkerChannel channel, WorkerChannels channels, TimeProvider time)
    {
        _app = app;
        Channel = channel;
        _channels = channels;
        _time = time;
        channels.Expect(channel, () => _streamEnded.TrySetResult());
    }

    public WorkerChannel Channel { get; }

    public ChildProcess Process { get; private set; } = null!;

    /// <summary>Completes when the process ended or its stream did, whichever is first: from then on it is of no use.</summary>
    public Task Lost => Task.WhenAny(_streamEnded.Task, Process.Exited);

    public static async Task<WorkerSession> StartAsync(
        FunctionApp app, Uri grpc, WorkerChannels channels, Action<RpcLog> log, Action<string> output, Action<string> error, MessageRecord? record, TimeProvider time)
    {
        var workerId = Guid.NewGuid().ToString();
        var session = new WorkerSession(app, new WorkerChannel(workerId, log, record), channels, time);
        session.Process = await ChildProcess.StartAsync(Command(app, grpc, workerId), output, error);
        return session;
    }

    /// <summary>Waits for the worker's stream and introduces the host.</summary>
    public async Task InitializeAsync()
    {
        await FirstOfAsync(Channel.Started);
        var response = (await FirstOfAsync(Channel.AskAsync(new StreamingMessage
        {
            WorkerInitRequest = new WorkerInitRequest
            {
                HostVersion = HostVersion,
                Capabilities = { ["MultiStream"] = "10" },
                WorkerDirectory = _app.Folder,
                FunctionAppDirectory = _app.Folder,
            },
        }))).WorkerInitResponse;
        Check(response.Result, "The worker refused to start");
        if (response.Capabilities.TryGetValue("HttpUri", out var uri) && Uri.TryCreate(uri, UriKind.Absolute, out var http))
            Channel.HttpUri = http;
    }

    /// <summary>The functions that the worker has, in the order of their names.</summary>
    public async Task<IReadOnlyList<WorkerFunction>> IndexAsync()
    {
        var response = (await FirstOfAsync(Channel.AskAsync(new StreamingMessage
        {
            FunctionsMetadataRequest = new FunctionsMetadataRequest { FunctionAppDirectory = _app.Folder },
        }))).FunctionMetadataResponse;
        Check(response.Result, "The worker could not tell its functions");
        if (response.UseDefaultMetadataIndexing)
            throw new LocalHostException("The worker leaves the indexing of its functions to the host, as old workers do; build it with Microsoft.Azure.Functions.Worker.Sdk 1.17 or newer.");
        return [.. response.FunctionMetadataResults.Select(WorkerFunction.From).OrderBy(function => function.Name, StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>Has the worker load a function; the answer says why it could not, or is null.</summary>
    public async Task<string?> LoadAsync(WorkerFunction function)
    {
        var metadata = new RpcFunctionMetadata
        {
            Name = function.Name,
            ScriptFile = function.Metadata.ScriptFile,
            EntryPoint = function.Metadata.EntryPoint,
            Bindings = { function.Metadata.Bindings },
            Properties = { function.Metadata.Properties, },
        };
        metadata.Properties["FunctionId"] = function.Id;
        var response = await FirstOfAsync(Channel.AskAsync(new StreamingMessage
        {
            FunctionLoadRequest = new FunctionLoadRequest { FunctionId = function.Id, Metadata = metadata },
        }));
        var result = response.FunctionLoadResponse.Result;
        return result.Status == StatusResult.Types.Status.Success ? null : result.Exception?.Message ?? "the worker does not say why";
    }

    /// <summary>Waits until the worker's own web server takes calls: it starts beside the stream, now before it and now after.</summary>
    public async Task ListenAsync()
    {
        if (Channel.HttpUri is not { } uri)
            return;
        while (!await ConnectsAsync(uri))
            await FirstOfAsync(Task.Delay(TimeSpan.FromMilliseconds(20), _time));
    }

    /// <summary>Asks the worker to end, and sees to it.</summary>
    public async Task TerminateAsync()
    {
        Channel.Send(new StreamingMessage
        {
            WorkerTerminate = new WorkerTerminate { GracePeriod = Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(TerminateGrace) },
        });
        await Process.EndAsync(TerminateGrace, _time);
        Channel.Lose();
    }

    public void Dispose()
    {
        _channels.Forget(Channel);
        Process.Dispose();
    }

    private static ProgramStart Command(FunctionApp app, Uri grpc, string workerId)
    {
        var request = Guid.NewGuid().ToString();
        const string MaxMessage = "2147483647";
        string[] arguments =
        [
            .. app.Worker.Arguments,
            "--host", grpc.Host, "--port", grpc.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
            "--workerId", workerId, "--requestId", request, "--grpcMaxMessageLength", MaxMessage,
            "--functions-uri", grpc.AbsoluteUri, "--functions-worker-id", workerId, "--functions-request-id", request,
            "--functions-grpc-max-message-length", MaxMessage,
        ];
        var environment = new Dictionary<string, string?>
        {
            // Ours, if any, are for our own web server.
            ["ASPNETCORE_URLS"] = null,
            ["ASPNETCORE_HTTP_PORTS"] = null,
            ["DOTNET_ENVIRONMENT"] = "Development",
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["AZURE_FUNCTIONS_ENVIRONMENT"] = "Development",
            ["FUNCTIONS_WORKER_RUNTIME"] = "dotnet-isolated",
        };
        foreach (var (name, value) in app.Settings.Values)
            environment[name] = value;
        environment["DOTNET_NOLOGO"] = "true";
        environment["DOTNET_SKIP_FIRST_TIME_EXPERIENCE"] = "true";
        environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "true";
        environment["FUNCTIONS_WORKER_DIRECTORY"] = app.Folder;
        environment["FUNCTIONS_APPLICATION_DIRECTORY"] = app.Folder;
        return new ProgramStart(app.Worker.Executable, arguments, app.Folder, environment, EndSignal.Kill);
    }

    private async Task<T> FirstOfAsync<T>(Task<T> answer)
    {
        await FirstOfAsync((Task)answer);
        return await answer;
    }

    private async Task FirstOfAsync(Task answer)
    {
        var lost = Lost;
        if (await Task.WhenAny(answer, lost).WaitAsync(StartPatience, _time) == lost)
            throw new WorkerLostException();
        await answer;
    }

    private static async Task<bool> ConnectsAsync(Uri uri)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(uri.Host, uri.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static void Check(StatusResult result, string what)
    {
        if (result.Status != StatusResult.Types.Status.Success)
            throw new LocalHostException($"{what}: {result.Exception?.Message ?? result.Result}");
    }
}
