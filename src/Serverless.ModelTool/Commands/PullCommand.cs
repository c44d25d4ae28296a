using System.CommandLine;
using System.Net;
using Serverless.Classifier.Models;
using Serverless.ModelTool.Architectures;
using Serverless.ModelTool.Catalogue;
using Serverless.ModelTool.Conversion;
using Serverless.ModelTool.Downloads;
using Serverless.ModelTool.Keras;
using Serverless.ModelTool.Output;

namespace Serverless.ModelTool.Commands;

/// <summary><c>pull NAME</c>: the weights of a described model are had, checked, converted and put in place.</summary>
internal static class PullCommand
{
    private static readonly Argument<string> Name = new("NAME") { Description = "The model, see 'list'" };
    private static readonly Option<FileInfo?> From = new("--from")
    {
        Description = "The published file, downloaded by other means; it is checked all the same",
        HelpName = "FILE",
    };

    private static readonly Option<bool> Again = new("--again") { Description = "Even if the model is here already" };

    public static Command Create(ToolConsole console)
    {
        var command = new Command("pull", "Downloads the weights of a model and makes it ready") { Name, From, Again };
        command.SetAction((arguments, cancellation) => RunAsync(console, arguments, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ToolConsole console, ParseResult arguments, CancellationToken cancellation)
    {
        var model = arguments.Models().Store.Open(arguments.GetRequiredValue(Name));
        if (model.HasGraph && !arguments.GetValue(Again))
        {
            console.WriteLine($"{model.Manifest.Name} is here already: {model.GraphPath} ('verify' checks it, --again pulls it anew)");
            return 0;
        }

        var source = model.Manifest.Source ?? throw new ModelToolException(
            $"The manifest of {model.Manifest.Name} names no source: its weights come with it, or are lost. Get its folder again.");
        using var installation = ModelInstallation.Begin(model.Folder);
        var file = arguments.GetValue(From) is { } given
            ? await CheckAsync(given, source, cancellation)
            : await DownloadAsync(console, model, source, cancellation);
        await console.ProgressAsync($"Installing {model.Manifest.Name}", progress => Task.Run(
            () => Install(installation, model, source, file, progress, cancellation), cancellation));
        if (arguments.GetValue(From) is null)
        {
            File.Delete(file);
        }

        console.WriteLine($"{model.Manifest.Name} is ready: {model.GraphPath}");
        ModelPreparation.PrepareNew(model, console);
        return 0;
    }

    private static async Task<string> CheckAsync(FileInfo file, WeightsSource source, CancellationToken cancellation)
    {
        if (!file.Exists)
        {
            throw new ModelToolException($"{file.FullName} does not exist.");
        }

        return await PublishedChecksum.ProblemAsync(file.FullName, source, cancellation) is { } problem
            ? throw new ModelToolException($"{file.FullName} is not the published file: {problem}.")
            : file.FullName;
    }

    private static async Task<string> DownloadAsync(ToolConsole console, ModelFolder model, WeightsSource source, CancellationToken cancellation)
    {
        var target = Path.Combine(model.Folder, source.Format == WeightsFormat.Onnx ? "download.onnx" : "download.h5");
        if (File.Exists(target))
        {
            // The earlier run got this far and then could not install it.
            if (await PublishedChecksum.ProblemAsync(target, source, cancellation) is null)
            {
                return target;
            }

            File.Delete(target);
        }

        using var handler = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(30), AutomaticDecompression = DecompressionMethods.None };
        using var http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.UserAgent.ParseAdd("Serverless.ModelTool");
        var transfer = new Transfer(http, stalledAfter: TimeSpan.FromSeconds(60), TimeProvider.System);
        var download = new WeightsDownload(transfer, firstPause: TimeSpan.FromSeconds(1), TimeProvider.System);
        await console.ProgressAsync($"Downloading {model.Manifest.Name}", progress => download.FetchAsync(source, target, progress, cancellation));
        return target;
    }

    private static void Install(
        ModelInstallation installation, ModelFolder model, WeightsSource source, string file, Action<long, long?> progress, CancellationToken cancellation)
    {
        if (source.Format == WeightsFormat.Onnx)
        {
            OnnxInstaller.Install(installation, model, file);
            return;
        }

        using var keras = KerasFile.Open(file);
        var architecture = KnownArchitectures.Get(source.Architecture!);
        ModelConverter.ConvertDescribed(installation, model, new KnownNetwork(architecture, keras.WeightsOf(architecture)), progress, cancellation);
    }
}
