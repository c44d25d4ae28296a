using System.Text.RegularExpressions;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Serverless.Functions.Storage;

/// <summary>Looks at the settings of storage without calling it; reports all problems at once.</summary>
internal sealed partial class StorageOptionsValidator(IConfiguration configuration) : IValidateOptions<StorageOptions>
{
    public ValidateOptionsResult Validate(string? name, StorageOptions options)
    {
        string?[] problems =
        [
            ProblemOfName(nameof(StorageOptions.ImagesContainer), options.ImagesContainer),
            ProblemOfName(nameof(StorageOptions.ResultsContainer), options.ResultsContainer),
            options.ImagesContainer == options.ResultsContainer
                ? $"{nameof(StorageOptions.ImagesContainer)} and {nameof(StorageOptions.ResultsContainer)} are both '{options.ImagesContainer}': results "
                    + "would be classified as images, without end. Name two containers."
                : null,
            ProblemOfConnection(configuration.GetSection(StorageOptions.Connection)),
        ];
        var found = problems.OfType<string>().ToList();
        return found.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(found);
    }

    private static string? ProblemOfName(string setting, string container) => ContainerName().IsMatch(container)
        ? null
        : $"{setting} is '{container}': a container's name has 3 to 63 lower-case letters, digits and single dashes, and starts and ends with a letter or digit.";

    private static string? ProblemOfConnection(IConfigurationSection connection)
    {
        if (!string.IsNullOrWhiteSpace(connection.Value))
        {
            try
            {
                _ = new BlobServiceClient(connection.Value);
                return null;
            }
            catch (Exception unusable) when (unusable is FormatException or ArgumentException or InvalidOperationException)
            {
                // The value is a secret: what is wrong with it is said without it.
                return $"{StorageOptions.Connection} is not a storage connection string. Locally it is UseDevelopmentStorage=true.";
            }
        }

        if (StorageClients.ServiceUri(connection) is not { } address)
            return $"{StorageOptions.Connection} is missing: set it to a connection string (locally UseDevelopmentStorage=true), or set "
                + $"{StorageOptions.Connection}__blobServiceUri to the blob service's address to use a managed identity.";

        return Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http"
            ? null
            : $"{StorageOptions.Connection}__blobServiceUri is '{address}': it is an address such as https://ACCOUNT.blob.core.windows.net.";
    }

    [GeneratedRegex(@"^(?=.{3,63}\z)[a-z0-9]+(-[a-z0-9]+)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex ContainerName();
}
