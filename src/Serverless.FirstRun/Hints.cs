using Azure.Storage.Blobs;
using Azure.Storage.Sas;

namespace Serverless.FirstRun;

/// <summary>How to use a local host that stays up, in commands to copy.</summary>
internal static class Hints
{
    private static readonly TimeSpan AddressLifetime = TimeSpan.FromDays(7);

    public static int Print(RunningHost host)
    {
        var images = new BlobServiceClient(host.StorageConnectionString).GetBlobContainerClient(RunningHost.ImagesContainer);
        var until = TimeProvider.System.GetUtcNow() + AddressLifetime;
        var upload = images.GetBlobClient("coffee.png").GenerateSasUri(BlobSasPermissions.Create | BlobSasPermissions.Write, until);
        Console.WriteLine($"""

            The app is up at {host.Url}api. Ctrl+C ends it.

              ask        curl --data-binary @samples/coffee.png '{host.Url}api/classify?top=5'
              models     curl {host.Url}api/models
              contract   curl {host.Url}api/openapi.json

            Upload to the container "{RunningHost.ImagesContainer}", read NAME.json in "{RunningHost.ResultsContainer}":

              curl       curl -T samples/coffee.png -H 'x-ms-blob-type: BlockBlob' '{upload}'
                         curl {host.Url}api/results/coffee.png
              az         az storage blob upload -c {RunningHost.ImagesContainer} -n coffee.png -f samples/coffee.png --overwrite \
                           --connection-string '{host.StorageConnectionString}'
              Storage Explorer   connect to {images.Uri.GetLeftPart(UriPartial.Authority)} as the local emulator (account devstoreaccount1)

            """);
        return 0;
    }
}
