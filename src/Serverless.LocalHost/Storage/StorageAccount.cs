using System.Globalization;

namespace Serverless.LocalHost.Storage;

/// <summary>Where the app's storage is.</summary>
/// <param name="ConnectionString">What <c>AzureWebJobsStorage</c> says.</param>
internal sealed record StorageAccount(string ConnectionString)
{
    /// <summary>The name and key that every emulator has: public, documented, no secret.</summary>
    private const string Name = "devstoreaccount1";
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    public string BlobEndpoint => Part("BlobEndpoint") ?? Default("blob");

    public string QueueEndpoint => Part("QueueEndpoint") ?? Default("queue");

    public static StorageAccount Development(int blobPort, int queuePort, int tablePort) => new(string.Create(CultureInfo.InvariantCulture,
        $"DefaultEndpointsProtocol=http;AccountName={Name};AccountKey={Key};BlobEndpoint=http://127.0.0.1:{blobPort}/{Name};QueueEndpoint=http://127.0.0.1:{queuePort}/{Name};TableEndpoint=http://127.0.0.1:{tablePort}/{Name};"));

    private string Default(string service) =>
        $"{Part("DefaultEndpointsProtocol") ?? "https"}://{Part("AccountName")}.{service}.{Part("EndpointSuffix") ?? "core.windows.net"}";

    private string? Part(string name) => ConnectionString.Split(';')
        .Select(part => part.Split('=', 2))
        .FirstOrDefault(pair => pair.Length == 2 && string.Equals(pair[0].Trim(), name, StringComparison.OrdinalIgnoreCase))?[1].Trim();
}
