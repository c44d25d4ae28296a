using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Serverless.Functions.ClassifyBlob;
using Serverless.Functions.ClassifyImage;
using Serverless.Functions.Images;
using Serverless.Functions.Results;

namespace Serverless.Functions.Start;

/// <summary>Registers what the functions are made of.</summary>
internal static class FunctionServices
{
    /// <summary>16 images of the largest size that is taken by default, and thousands of ordinary ones: half a gigabyte.</summary>
    private const long UploadsInMemory = 512L << 20;

    /// <summary>From images to result documents.</summary>
    public static IServiceCollection AddClassification(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        return services
            .AddSingleton(new UploadBudget(UploadsInMemory))
            .AddSingleton<StoredImages>()
            .AddSingleton<UploadedImages>()
            .AddSingleton<ResultStore>()
            .AddSingleton<FailureNotes>()
            .AddSingleton<BlobClassification>()
            .AddSingleton<StoredImageClassification>()
            .AddSingleton<UploadedImageClassification>()
            .AddSingleton<UploadedFormClassification>()
            .AddHostedService<Rehearsal>();
    }

    /// <summary>
    /// Lets the functions themselves refuse large bodies: Kestrel's own limit of 30,000,000 bytes would reach the caller as a 500.
    /// </summary>
    public static IServiceCollection AddLargeBodies(this IServiceCollection services) =>
        services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MaxRequestBodySize = null);
}
