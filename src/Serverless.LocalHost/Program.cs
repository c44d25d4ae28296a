using System.Runtime.InteropServices;
using Serverless.LocalHost;
using Serverless.LocalHost.AppFolder;
using Serverless.LocalHost.Processes;

// Calls that block pool threads (a logger, a DNS look-up) must not keep the others waiting.
ThreadPool.SetMinThreads(64, 64);
ProxyBypass.AddLoopback();

return await CommandLine.Create(RunAsync).Parse(args).InvokeAsync(new() { ProcessTerminationTimeout = null });

static async Task<int> RunAsync(LocalHostOptions options)
{
    using var stop = new CancellationTokenSource();
    void Stop(PosixSignalContext context)
    {
        // The first signal drains; a second one ends the program as signals do.
        context.Cancel = !stop.IsCancellationRequested;
        stop.Cancel();
    }
    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
    using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

    try
    {
        using var loggers = HostLogging.Create(options, HostJson.Read(options.AppFolder));
        return await new Serverless.LocalHost.LocalHost(options, TimeProvider.System, loggers).RunAsync(stop.Token);
    }
    catch (LocalHostException problem)
    {
        await Console.Error.WriteLineAsync(problem.Message);
        return 1;
    }
}
