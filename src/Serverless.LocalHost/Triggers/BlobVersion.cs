using Azure;

namespace Serverless.LocalHost.Triggers;

/// <summary>
/// One content of one blob, for one function: what is invoked once. The ETag is without quotes: some answers of the storage have them, some have not.
/// </summary>
internal sealed record BlobVersion(string Function, string Container, string Name, string ETag)
{
    public static string Plain(ETag etag) => etag.ToString().Trim('"');

    /// <summary>Where the SDK would keep its receipt.</summary>
    public string ReceiptName(string hostId) => $"blobreceipts/{hostId}/Host.Functions.{Function}/\"{ETag}\"/{Container}/{Name}";

    public static BlobVersion? FromReceiptName(string receipt)
    {
        var parts = receipt.Split('/', 6);
        return parts is ["blobreceipts", _, var function, var etag, var container, var name] && function.StartsWith("Host.Functions.", StringComparison.Ordinal)
            ? new BlobVersion(function["Host.Functions.".Length..], container, name, etag.Trim('"'))
            : null;
    }
}
