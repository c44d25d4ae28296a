using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Serverless.Functions.Start;

/// <summary>Runs the worker to its end and tells the host by the exit code how that was.</summary>
internal static class Worker
{
    /// <summary>
    /// The web server's join of the two halves of a call gives up after seconds when no pool thread is free. Everything here waits
    /// asynchronously, so this is a net, not a habit; the pool's own growth of a thread a second would be too slow for it.
    /// </summary>
    private const int MinThreads = 128;

    /// <summary>Builds and runs the worker.</summary>
    /// <returns>0 when it was asked to end; 1 when it cannot go on: the Functions host starts a worker again unless it exits with 0.</returns>
    public static async Task<int> RunAsync(Func<IHost> build)
    {
        ThreadPool.SetMinThreads(MinThreads, MinThreads);
        try
        {
            using var host = build();
            // Before anything asks for options and fails on the first that is wrong.
            host.Services.GetRequiredService<IStartupValidator>().Validate();
            var background = host.Services.GetServices<IHostedService>().OfType<BackgroundService>().ToList();
            await host.RunAsync();
            // A background service that fails ends the host in good order.
            return background.Any(service => service.ExecuteTask is { IsFaulted: true }) ? 1 : 0;
        }
        catch (Exception failure)
        {
            await Console.Error.WriteLineAsync(Explain(failure));
            return 1;
        }
    }

    /// <summary>Wrong settings are listed by name; anything else is told whole.</summary>
    internal static string Explain(Exception failure)
    {
        IReadOnlyCollection<Exception> failures = failure is AggregateException several ? several.Flatten().InnerExceptions : [failure];
        var problems = failures.OfType<OptionsValidationException>().SelectMany(invalid => invalid.Failures).ToList();
        return problems.Count == 0
            ? $"The app cannot start: {failure}"
            : $"The app cannot start with these settings:{string.Concat(problems.Select(problem => $"{Environment.NewLine}- {problem}"))}";
    }
}
