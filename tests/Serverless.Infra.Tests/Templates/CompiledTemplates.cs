using System.Reflection;
using System.Text.Json;

namespace Serverless.Infra.Tests.Templates;

/// <summary>The templates as ARM JSON, compiled once for all tests, and the snapshots of what each hosting deploys.</summary>
public sealed class CompiledTemplates : IAsyncLifetime
{
    /// <summary>The Bicep CLI that the package brings.</summary>
    public static string Bicep { get; } = typeof(CompiledTemplates).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "BicepPath").Value!;

    public static string[] Hostings { get; } = ["gpu-t4", "gpu-a100", "cpu", "flex", "private"];

    public JsonElement Main { get; private set; }

    public JsonElement EventSubscription { get; private set; }

    /// <summary>Every resource of every nested deployment, conditions aside.</summary>
    public IReadOnlyList<JsonElement> Resources { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        Main = await CompileAsync("main.bicep");
        EventSubscription = await CompileAsync("event-subscription.bicep");
        Resources = [.. Flatten(Main), .. Flatten(EventSubscription)];
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>The resources of a type, whatever their API version.</summary>
    public IEnumerable<JsonElement> OfType(string type) =>
        Resources.Where(resource => resource.GetProperty("type").GetString() == type);

    /// <summary>The resources that a hosting's snapshot predicts, evaluated.</summary>
    public static IReadOnlyList<JsonElement> Predicted(string hosting)
    {
        using var snapshot = JsonDocument.Parse(File.ReadAllBytes(TestFiles.InRepository("infra", $"{hosting}.snapshot.json")));
        return [.. snapshot.RootElement.GetProperty("predictedResources").Clone().EnumerateArray()];
    }

    /// <summary>The one resource of a type that a hosting's snapshot predicts.</summary>
    public static JsonElement Predicted(string hosting, string type) =>
        Predicted(hosting).Single(resource => resource.GetProperty("type").GetString() == type);

    private static async Task<JsonElement> CompileAsync(string template)
    {
        var build = await Command.RunAsync(Bicep, ["build", TestFiles.InRepository("infra", template), "--stdout", "--no-restore"]);
        Assert.Equal("", build.Errors);
        using var compiled = JsonDocument.Parse(build.Output);
        return compiled.RootElement.Clone();
    }

    private static IEnumerable<JsonElement> Flatten(JsonElement template)
    {
        var resources = template.GetProperty("resources");
        foreach (var resource in resources.ValueKind == JsonValueKind.Object ? resources.EnumerateObject().Select(one => one.Value) : resources.EnumerateArray())
        {
            if (resource.GetProperty("type").GetString() == "Microsoft.Resources/deployments")
            {
                foreach (var nested in Flatten(resource.GetProperty("properties").GetProperty("template")))
                {
                    yield return nested;
                }
            }
            else if (!resource.TryGetProperty("existing", out var existing) || !existing.GetBoolean())
            {
                yield return resource;
            }
        }
    }
}
