namespace Serverless.Functions.Storage;

/// <summary>Where images come from and results go to.</summary>
public sealed class StorageOptions
{
    /// <summary>The setting, or the group of settings, that says how storage is reached; the Functions host's own.</summary>
    public const string Connection = "AzureWebJobsStorage";

    /// <summary>The container whose blobs are classified. <value><c>images</c> by default.</value></summary>
    public string ImagesContainer { get; set; } = "images";

    /// <summary>The container that receives the result documents. <value><c>results</c> by default.</value></summary>
    public string ResultsContainer { get; set; } = "results";
}
