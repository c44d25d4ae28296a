using System.Diagnostics;
using Microsoft.Extensions.Options;
using Serverless.Functions.Start;

namespace Serverless.Functions.Tests.Start;

public class WorkerTests
{
    private static readonly string[] HostArguments =
    [
        "--host", "127.0.0.1", "--port", "1", "--workerId", "w", "--requestId", "r", "--grpcMaxMessageLength", "2147483647",
        "--functions-uri", "http://127.0.0.1:1/", "--functions-worker-id", "w", "--functions-request-id", "r",
        "--functions-grpc-max-message-length", "2147483647",
    ];

    [Fact]
    public async Task WithWrongSettingsTheWorkerNamesThemAllAndDoesNotExitWithZero()
    {
        var (exitCode, errors) = await RunAsync(
            ("AzureWebJobsStorage", "nonsense"), ("ImagesContainer", "A"), ("BlobPatienceSeconds", "long"), ("Classifier__MaxSide", "0"), ("Classifier__Model", "none"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector"), ("PrometheusMetrics", "maybe"));

        Assert.Equal(1, exitCode);
        Assert.All(
            ["- AzureWebJobsStorage ", "- ImagesContainer ", "- BlobPatienceSeconds ", "- Classifier__MaxSide ", "- Classifier__Model ", "- OTEL_EXPORTER_OTLP_ENDPOINT ", "- PrometheusMetrics "],
            problem => Assert.Contains(problem, errors, StringComparison.Ordinal));
    }

    [Fact]
    public async Task WithoutAHostTheWorkerDoesNotExitWithZero()
    {
        var (exitCode, errors) = await RunAsync(("AzureWebJobsStorage", "UseDevelopmentStorage=true"));

        Assert.Equal(1, exitCode);
        Assert.StartsWith("The app cannot start", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void ProblemsOfSeveralPartsAreListedTogether()
    {
        var failure = new AggregateException(
            new OptionsValidationException("a", typeof(object), ["First.", "Second."]), new OptionsValidationException("b", typeof(object), ["Third."]));

        Assert.Equal(
            ["The app cannot start with these settings:", "- First.", "- Second.", "- Third."], Worker.Explain(failure).Split(Environment.NewLine));
    }

    private static async Task<(int ExitCode, string Errors)> RunAsync(params (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Serverless.Functions.dll"), .. HostArguments])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["FUNCTIONS_APPLICATION_DIRECTORY"] = AppContext.BaseDirectory;
        start.Environment["Classifier__ModelsPath"] = TestFiles.InRepository("models");
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        await output;
        return (process.ExitCode, errors);
    }
}
