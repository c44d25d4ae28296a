using System.Text;
using Serverless.Functions.Errors;
using Serverless.Functions.Metrics;
using Serverless.Functions.Tests.Telemetry;

namespace Serverless.Functions.Tests.Metrics;

[Collection(nameof(MeasuredAlone))]
public class MetricsFunctionTests(AzuriteFixture fixture)
{
    [Fact]
    public async Task MetricsAreNotServedUnlessASettingSaysSo()
    {
        await using var app = await TestApp.CreateAsync(fixture.Azurite);

        var problem = await Answers.ProblemAsync(Task.Run(() => app.Make<MetricsFunction>().Run(app.Request())));

        Assert.Equal(FunctionErrors.MetricsOff, problem);
    }

    [Fact]
    public async Task AnUploadIsCounted()
    {
        await using var app = await ServingAsync();
        await app.UploadAsync("cat.png", Pictures.Cat);
        await app.ClassifyBlobAsync("cat.png");

        var text = await ScrapeAsync(app);

        Assert.Contains($"classifier_images_classified_total{{classifier_device=\"cpu\",classifier_model_name=\"{TestApp.Model}\"}} 1\n", text, StringComparison.Ordinal);
        Assert.Contains($"classifier_inference_duration_seconds_count{{classifier_device=\"cpu\",classifier_model_name=\"{TestApp.Model}\"}} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("classifier_queue_depth{classifier_queue_state=\"waiting\"} 0\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EveryInstrumentIsServed()
    {
        await using var app = await ServingAsync();
        await app.UploadAsync("text.png", Pictures.Text);
        await app.ClassifyBlobAsync("text.png");

        var text = await ScrapeAsync(app);

        Assert.Equal(
            [
                "classifier_batch_size histogram", "classifier_decode_duration_seconds histogram", "classifier_images_classified_total counter",
                "classifier_images_rejected_total counter", "classifier_inference_duration_seconds histogram", "classifier_model_load_duration_seconds histogram",
                "classifier_queue_depth gauge",
            ],
            text.Split('\n').Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(line => line["# TYPE ".Length..]));
    }

    private async Task<TestApp> ServingAsync()
    {
        var app = await TestApp.CreateAsync(fixture.Azurite, ("PrometheusMetrics", "true"));
        await app.Get<MeterReadings>().StartAsync(TestContext.Current.CancellationToken);
        return app;
    }

    private static async Task<string> ScrapeAsync(TestApp app)
    {
        var request = app.Request();
        var (status, body) = await Answers.ReadAsync(request, app.Make<MetricsFunction>().Run(request));
        Assert.Equal((200, "text/plain; version=0.0.4; charset=utf-8"), (status, request.HttpContext.Response.ContentType));
        return Encoding.UTF8.GetString(body);
    }
}
