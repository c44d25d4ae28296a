using Serverless.LocalHost.AppFolder;
using Serverless.LocalHost.Http;
using Serverless.LocalHost.Storage;
using Serverless.LocalHost.Worker;

namespace Serverless.LocalHost;

/// <summary>Prints the functions with their routes and triggers, as <c>func start</c> does.</summary>
internal static class Banner
{
    public static void Write(
        TextWriter output, Uri url, StorageAccount storage, IReadOnlyList<WorkerFunction> functions, IReadOnlyDictionary<WorkerFunction, string?> problems,
        IReadOnlyList<HttpFunction> routes, AppSettings settings, FunctionKeys? keys)
    {
        output.WriteLine();
        output.WriteLine("Functions:");
        foreach (var function in functions)
        {
            output.WriteLine();
            output.WriteLine($"        {function.Name}: {Describe(function, url, problems[function], routes, settings)}");
        }
        output.WriteLine();
        output.WriteLine($"Storage: {storage.BlobEndpoint}  {storage.QueueEndpoint}");
        if (keys is not null)
        {
            output.WriteLine("Keys (header x-functions-key or ?code=):");
            output.WriteLine($"        functions: {keys.Function}");
            output.WriteLine($"        master:    {keys.Master}");
            output.WriteLine($"        webhook:   {keys.BlobExtension}");
        }
        output.WriteLine();
        output.Flush();
    }

    private static string Describe(WorkerFunction function, Uri url, string? problem, IReadOnlyList<HttpFunction> routes, AppSettings settings)
    {
        if (problem is not null)
            return $"disabled, because {problem}";
        if (routes.FirstOrDefault(route => route.Function == function) is { } http)
            return $"[{(http.Methods.Count == 0 ? "ANY" : string.Join(',', http.Methods))}] {url.AbsoluteUri}{http.Route}";
        var place = function.TriggerText(function.IsBlob ? "path" : "queueName") ?? "";
        return $"{function.TriggerType} {settings.Resolve(place, out _)}";
    }
}
