using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serverless.Classifier;
using Serverless.Functions.ClassifyBlob;
using Serverless.Functions.Patience;
using Serverless.Functions.Results;
using Serverless.Functions.Start;
using Serverless.Functions.Storage;
using Serverless.Functions.Telemetry;

namespace Serverless.Functions.Tests;

/// <summary>The app's own services, put together as the program does, over containers of the test's own; without a host.</summary>
internal sealed class TestApp : IAsyncDisposable
{
    /// <summary>The small network of the repository: loads in 40 ms, answers in 2.</summary>
    public const string Model = "vgg16-cifar10";

    private readonly ServiceProvider _services;

    private TestApp(ServiceProvider services) => _services = services;

    public ResultStore Results => Get<ResultStore>();

    public BlobContainerClient ImagesContainer => Get<StorageClients>().Images;

    public BlobContainerClient ResultsContainer => Get<StorageClients>().Results;

    /// <summary>Puts an app together whose containers are there.</summary>
    public static async Task<TestApp> CreateAsync(AzuriteProcess azurite, params (string Name, string Value)[] settings)
    {
        var app = WithoutContainers(azurite, settings);
        await app.ImagesContainer.CreateIfNotExistsAsync();
        await app.ResultsContainer.CreateIfNotExistsAsync();
        return app;
    }

    /// <summary>Puts an app together whose containers may be missing.</summary>
    public static TestApp WithoutContainers(AzuriteProcess azurite, params (string Name, string Value)[] settings)
    {
        var own = Guid.NewGuid().ToString("N");
        var values = new Dictionary<string, string?>
        {
            ["AzureWebJobsStorage"] = azurite.ConnectionString,
            ["ImagesContainer"] = $"images-{own}",
            ["ResultsContainer"] = $"results-{own}",
            ["Classifier:Model"] = Model,
            ["Classifier:ModelsPath"] = TestFiles.InRepository("models"),
        };
        foreach (var (name, value) in settings)
        {
            values[name] = value;
        }

        var configuration = new ConfigurationBuilder().AddInMemoryCollection(values).Build();
        var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.None))
            .AddClassifier()
            .AddStorage()
            .AddPatience()
            .AddClassification()
            .AddTelemetry(configuration);
        return new TestApp(services.BuildServiceProvider());
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>A function with its dependencies, as the worker makes it.</summary>
    public T Make<T>() => ActivatorUtilities.CreateInstance<T>(_services);

    /// <summary>Another app over the same containers.</summary>
    public (string Name, string Value)[] SameContainers(params (string Name, string Value)[] settings) =>
        [("ImagesContainer", ImagesContainer.Name), ("ResultsContainer", ResultsContainer.Name), .. settings];

    /// <summary>Uploads an image and returns its version.</summary>
    public async Task<string> UploadAsync(string name, byte[] content) =>
        BlobVersion.Unquoted((await ImagesContainer.GetBlobClient(name).UploadAsync(BinaryData.FromBytes(content), overwrite: true)).Value.ETag);

    /// <summary>Does what the blob trigger does for one event.</summary>
    public Task ClassifyBlobAsync(string name) => Get<BlobClassification>().RunAsync(name, TestContext.Current.CancellationToken);

    /// <summary>The stored document, which keeps to the schema.</summary>
    public async Task<Document> DocumentAsync(string name) => Document.Parse((await StoredAsync(name)).Content.ToMemory());

    public async Task<BlobDownloadResult> StoredAsync(string name) =>
        (await ResultsContainer.GetBlobClient(ResultName.Of(name)).DownloadContentAsync()).Value;

    public async Task<bool> HasDocumentAsync(string name) => await ResultsContainer.GetBlobClient(ResultName.Of(name)).ExistsAsync();

    /// <summary>A request as the web server hands it over.</summary>
    public HttpRequest Request(string method = "GET", string query = "", byte[]? body = null, string? contentType = null, bool announced = true)
    {
        var context = new DefaultHttpContext { RequestServices = _services };
        var request = context.Request;
        request.Method = method;
        request.QueryString = new QueryString(query);
        request.ContentType = contentType;
        request.Body = new MemoryStream(body ?? []);
        request.ContentLength = announced ? body?.Length : null;
        context.Response.Body = new MemoryStream();
        return request;
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
