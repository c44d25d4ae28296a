using System.Net.Http.Headers;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Spectre.Console;

namespace Serverless.FirstRun;

/// <summary>The main job, seen from outside: upload pictures, read their documents, draw them; then ask over HTTP.</summary>
internal static class Walkthrough
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task<int> RunAsync(RunningHost host, string pictureFile, string[] pictures)
    {
        using var deadline = new CancellationTokenSource(Patience);
        var storage = new BlobServiceClient(host.StorageConnectionString);
        try
        {
            await UploadAsync(storage.GetBlobContainerClient(RunningHost.ImagesContainer), pictures, deadline.Token);
            var drawing = new ResultPicture();
            foreach (var picture in pictures)
            {
                drawing.Add(picture, await ShowResultAsync(storage.GetBlobContainerClient(RunningHost.ResultsContainer), Path.GetFileName(picture), deadline.Token));
            }

            drawing.Save(pictureFile);

            await AskOverHttpAsync(host, PictureForEveryModel(pictures), deadline.Token);
            Console.WriteLine();
            Console.WriteLine($"The photographs with their answers, to look at: {pictureFile}");
            return 0;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine($"No answer within {Patience.TotalSeconds:F0} s.");
            return 1;
        }
    }

    /// <summary>A cat, where there is one: ImageNet and CIFAR-10 both have a word for it.</summary>
    private static string PictureForEveryModel(string[] pictures) =>
        pictures.FirstOrDefault(picture => Path.GetFileName(picture) == "chelsea.png") ?? pictures[0];

    private static async Task UploadAsync(BlobContainerClient images, string[] pictures, CancellationToken cancellation)
    {
        await images.CreateIfNotExistsAsync(cancellationToken: cancellation);
        foreach (var picture in pictures)
        {
            var blob = images.GetBlobClient(Path.GetFileName(picture));
            await blob.UploadAsync(picture, overwrite: true, cancellation);
            Console.WriteLine($"Uploaded {picture} to {blob.Uri}");
        }
    }

    private static async Task<JsonElement> ShowResultAsync(BlobContainerClient results, string name, CancellationToken cancellation)
    {
        var document = results.GetBlobClient($"{name}.json");
        using var result = JsonDocument.Parse((await WaitForAsync(document, cancellation)).ToMemory());
        var root = result.RootElement;
        if (root.GetProperty("status").GetString() != "classified")
        {
            throw new InvalidDataException($"{name} was rejected: {root.GetProperty("error").GetProperty("message").GetString()}");
        }

        Console.WriteLine();
        WriteTable($"{name}, {root.GetProperty("model").GetProperty("name").GetString()}", root.GetProperty("predictions"));
        Console.WriteLine(document.Uri);
        return root.GetProperty("predictions").Clone();
    }

    private static async Task<BinaryData> WaitForAsync(BlobClient document, CancellationToken cancellation)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            try
            {
                return (await document.DownloadContentAsync(cancellation)).Value.Content;
            }
            catch (RequestFailedException missing) when (missing.Status == 404)
            {
                await pause.WaitForNextTickAsync(cancellation);
            }
        }
    }

    private static async Task AskOverHttpAsync(RunningHost host, string picture, CancellationToken cancellation)
    {
        using var http = new HttpClient { BaseAddress = host.Url };
        using var models = JsonDocument.Parse(await http.GetStringAsync(new Uri("api/models", UriKind.Relative), cancellation));
        foreach (var model in ModelsWithWeights(models.RootElement))
        {
            var request = $"api/classify?model={model}&top=3";
            using var body = new ByteArrayContent(await File.ReadAllBytesAsync(picture, cancellation));
            body.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            using var response = await http.PostAsync(new Uri(request, UriKind.Relative), body, cancellation);
            response.EnsureSuccessStatusCode();
            using var answer = JsonDocument.Parse(await response.Content.ReadAsStreamAsync(cancellation));
            Console.WriteLine();
            Console.WriteLine($"curl --data-binary @{picture} '{host.Url}{request}'");
            WriteTable($"{Path.GetFileName(picture)}, {model}", answer.RootElement.GetProperty("predictions"));
        }
    }

    private static IEnumerable<string> ModelsWithWeights(JsonElement models) =>
        from model in models.GetProperty("models").EnumerateArray()
        where model.GetProperty("state").GetString() is not ("absent" or "failed")
        select model.GetProperty("name").GetString()!;

    private static void WriteTable(string title, JsonElement predictions)
    {
        var table = new Table().Border(TableBorder.Rounded).Title(new TableTitle(Markup.Escape(title)));
        table.AddColumns("", "class", "label", "probability");
        foreach (var prediction in predictions.EnumerateArray())
        {
            table.AddRow(
                prediction.GetProperty("rank").ToString(),
                prediction.TryGetProperty("classId", out var id) && id.ValueKind == JsonValueKind.String ? id.GetString()! : "-",
                Markup.Escape(prediction.GetProperty("label").GetString()!),
                $"{prediction.GetProperty("probability").GetSingle():P2}");
        }

        AnsiConsole.Write(table);
    }
}
