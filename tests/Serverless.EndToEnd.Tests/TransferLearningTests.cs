using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace Serverless.EndToEnd.Tests;

/// <summary>
/// A network that was trained further in a notebook: Keras's file is converted, put into the models folder, and answers with Keras's numbers
/// (<c>tests/fixtures/keras/transfer-vgg16</c>).
/// </summary>
public sealed class TransferLearningTests(TransferLearnedApp shared) : IClassFixture<TransferLearnedApp>
{
    /// <summary>What Keras answered for rocket.jpg.</summary>
    private static readonly float[] KerasSays = ThirdRow(TestFiles.Fixture("keras", "transfer-vgg16", "sequential-gap.probabilities.npy"));

    private readonly LocalApp _app = shared.App;

    [Fact]
    public async Task AnswersOverHttp()
    {
        using var picture = new ByteArrayContent(Pictures.Rocket);

        using var response = await _app.Http.PostAsync(
            new Uri($"classify?model={TransferLearnedApp.Model}", UriKind.Relative), picture, TestContext.Current.CancellationToken);

        AssertKerasSays(await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task AnswersForABlob()
    {
        var etag = await _app.Images.PutAsync("rocket.jpg", Pictures.Rocket);

        AssertKerasSays((await ResultDocument.WaitAsync(_app, "rocket.jpg", etag)).Json);
    }

    private static void AssertKerasSays(JsonElement document)
    {
        Assert.Equal(TransferLearnedApp.Model, document.GetProperty("model").GetProperty("name").GetString());
        var predictions = document.GetProperty("predictions").EnumerateArray().ToArray();
        Assert.Equal(KerasSays.Length, predictions.Length);
        Assert.All(predictions, prediction =>
        {
            // The classes were given no names, so they are called by their places.
            var place = int.Parse(prediction.GetProperty("label").GetString()!.Split('_')[1], CultureInfo.InvariantCulture);
            Assert.Equal(KerasSays[place], prediction.GetProperty("probability").GetSingle(), 1e-5f);
        });
    }

    /// <summary>The last of three rows of a float32 array (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html, version 1.0).</summary>
    private static float[] ThirdRow(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var values = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(bytes.AsSpan(10 + BitConverter.ToUInt16(bytes, 8)));
        return values[^(values.Length / 3)..].ToArray();
    }
}

/// <summary>The app with the converted network as its only one.</summary>
public sealed class TransferLearnedApp : IAsyncLifetime
{
    public const string Model = "flowers";

    private readonly TemporaryFolder _folder = new();
    private LocalApp? _app;

    internal LocalApp App => _app ?? throw new InvalidOperationException("The app is not up.");

    public async ValueTask InitializeAsync()
    {
        var models = Path.Combine(_folder.Path, "models");
        await ConvertAsync(TestFiles.Fixture("keras", "transfer-vgg16", "sequential-gap.keras"), models);
        _app = await LocalApp.StartAsync(
            Path.Combine(_folder.Path, "storage"),
            new Dictionary<string, string> { ["Classifier__ModelsPath"] = models, ["Classifier__Model"] = Model });
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        _folder.Dispose();
    }

    private static async Task ConvertAsync(string file, string models)
    {
        // The same configuration as the calling program: .../bin/CONFIGURATION/net10.0/RUNTIME/
        var own = AppContext.BaseDirectory.TrimEnd('/').Split('/');
        var program = TestFiles.InRepository(["src", "Serverless.ModelTool", .. own[^4..], "Serverless.ModelTool.dll"]);
        var start = new ProcessStartInfo("dotnet", [program, "convert", file, "--name", Model, "--models", models]) { RedirectStandardOutput = true };
        using var tool = Process.Start(start)!;
        var output = await tool.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await tool.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(tool.ExitCode == 0, output);
    }
}
