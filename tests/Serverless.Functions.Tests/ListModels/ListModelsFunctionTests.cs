using System.Text.Json;
using Serverless.Functions.ListModels;

namespace Serverless.Functions.Tests.ListModels;

public class ListModelsFunctionTests(AzuriteFixture fixture)
{
    [Fact]
    public async Task TheDefaultModelIsNamedAndComesFirst()
    {
        var list = await ListAsync();

        Assert.Equal(TestApp.Model, list.GetProperty("default").GetString());
        Assert.Equal(TestApp.Model, list.GetProperty("models")[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task AModelTellsItsInputAndItsClasses()
    {
        var model = (await ListAsync()).GetProperty("models")[0];

        Assert.Equal("""{"width":32,"height":32}""", model.GetProperty("input").GetRawText());
        Assert.Equal(10, model.GetProperty("classes").GetInt32());
    }

    [Fact]
    public async Task AModelWhoseWeightsAreToBePulledIsAbsent()
    {
        using var models = new TemporaryFolder();
        Copy(models, TestApp.Model, "manifest.json", "labels.json", "model.onnx", "model.weights");
        Copy(models, "vgg16", "manifest.json", "labels.json");

        var list = await ListAsync(("Classifier:ModelsPath", models.Path));

        Assert.Equal("absent", list.GetProperty("models")[1].GetProperty("state").GetString());
    }

    [Fact]
    public async Task AModelWithAManifestThatCannotBeReadIsListedWithItsProblem()
    {
        using var models = new TemporaryFolder();
        Copy(models, TestApp.Model, "manifest.json", "labels.json", "model.onnx", "model.weights");
        Directory.CreateDirectory(Path.Combine(models.Path, "broken"));
        await File.WriteAllTextAsync(Path.Combine(models.Path, "broken", "manifest.json"), "{", TestContext.Current.CancellationToken);

        var model = (await ListAsync(("Classifier:ModelsPath", models.Path))).GetProperty("models")[1];

        Assert.Equal("failed", model.GetProperty("state").GetString());
        Assert.NotEmpty(model.GetProperty("problem").GetString()!);
    }

    private static void Copy(TemporaryFolder models, string model, params string[] files)
    {
        var folder = Directory.CreateDirectory(Path.Combine(models.Path, model)).FullName;
        foreach (var file in files)
        {
            File.Copy(TestFiles.InRepository("models", model, file), Path.Combine(folder, file));
        }
    }

    private async Task<JsonElement> ListAsync(params (string, string)[] settings)
    {
        await using var app = TestApp.WithoutContainers(fixture.Azurite, settings);
        var request = app.Request();
        var (_, body) = await Answers.ReadAsync(request, app.Make<ListModelsFunction>().Run(request));
        using var json = JsonDocument.Parse(body);
        return json.RootElement.Clone();
    }
}
