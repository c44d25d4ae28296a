using System.Text.Json;

namespace Serverless.FirstRun;

/// <summary>Where a local host that is up can be reached: what its ready file says.</summary>
/// <param name="Url">Address of the HTTP functions, without the route prefix.</param>
/// <param name="StorageConnectionString">Connection string of the storage that it watches.</param>
internal sealed record RunningHost(Uri Url, string StorageConnectionString)
{
    public const string ImagesContainer = "images";
    public const string ResultsContainer = "results";

    public static RunningHost Read(string readyFile)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(readyFile));
        var root = document.RootElement;
        return new RunningHost(
            new Uri(root.GetProperty("url").GetString()!.TrimEnd('/') + "/"), root.GetProperty("storageConnectionString").GetString()!);
    }
}
