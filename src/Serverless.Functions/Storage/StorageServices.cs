using Microsoft.Extensions.Azure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Serverless.Functions.Storage;

/// <summary>Registers what reaches storage.</summary>
internal static class StorageServices
{
    /// <summary>Adds the containers' clients, their settings (validated at start) and the creation of missing containers.</summary>
    public static IServiceCollection AddStorage(this IServiceCollection services)
    {
        services.AddOptions<StorageOptions>().Configure<IConfiguration>((options, configuration) => configuration.Bind(options)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<StorageOptions>, StorageOptionsValidator>();
        services.AddAzureClientsCore();
        services.AddSingleton<StorageClients>();
        return services.AddHostedService<ContainerCreation>();
    }
}
