using System.CommandLine;
using Serverless.Classifier.Models;
using Serverless.ModelTool.Architectures;
using Serverless.ModelTool.Catalogue;
using Serverless.ModelTool.Conversion;
using Serverless.ModelTool.Keras;
using Serverless.ModelTool.Output;

namespace Serverless.ModelTool.Commands;

/// <summary><c>convert FILE</c>: a Keras weight file becomes a model folder.</summary>
internal static class ConvertCommand
{
    private static readonly Argument<FileInfo> _file = new("FILE") { Description = "Keras HDF5 weights (.h5)" };
    private static readonly Option<string> _architecture = new("--architecture")
    {
        Description = $"The network that the weights belong to: {string.Join(", ", KnownArchitectures.Names)}",
        HelpName = "NAME",
        Required = true,
    };

    private static readonly Option<string?> _name = new("--name")
    {
        Description = "The model's name; if there is a model of this name, its manifest and labels stay [default: the file's name]",
        HelpName = "NAME",
    };

    private static readonly Option<FileInfo?> _labels = new("--labels")
    {
        Description = "Names of a new model's classes: a JSON array in the network's order, or Keras's class index [default: ImageNet's]",
        HelpName = "FILE",
    };

    private static readonly Option<int?> _inputSize = new("--input-size")
    {
        Description = "Height and width in pixels of a new model's input [default: the architecture's]",
        HelpName = "PIXELS",
    };

    private static readonly Option<string> _license = new("--license")
    {
        Description = "SPDX identifier of a new model's licence",
        HelpName = "ID",
        DefaultValueFactory = _ => "NOASSERTION",
    };

    public static Command Create(ToolConsole console)
    {
        var command = new Command("convert", "Converts Keras weights to ONNX") { _file, _architecture, _name, _labels, _inputSize, _license };
        command.SetAction((arguments, cancellation) => RunAsync(console, arguments, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ToolConsole console, ParseResult arguments, CancellationToken cancellation)
    {
        var file = arguments.GetRequiredValue(_file);
        var architecture = KnownArchitectures.Get(arguments.GetRequiredValue(_architecture));
        var models = arguments.ModelsToAddTo();
        var name = arguments.GetValue(_name) ?? Path.GetFileNameWithoutExtension(file.Name).ToLowerInvariant();
        var folder = models.PathOf(name);
        var described = models.Has(name) ? models.Store.Open(name) : null;
        if (described is not null && (arguments.GetValue(_labels) is not null || arguments.GetValue(_inputSize) is not null))
        {
            throw new ModelToolException(
                $"{folder} is described already, so --labels and --input-size are not taken: change its files, or give the new model another --name.");
        }

        using var weights = KerasWeightFile.Open(file.FullName);
        using var installation = ModelInstallation.Begin(folder);
        await console.ProgressAsync($"Converting {file.Name}", progress => Task.Run(
            () =>
            {
                if (described is not null)
                {
                    ModelConverter.ConvertDescribed(installation, described, architecture, weights, progress, cancellation);
                }
                else
                {
                    var labels = arguments.GetValue(_labels) is { } own ? LabelFile.Read(own.FullName) : LabelFile.ImageNet();
                    var manifest = Describe(arguments, name, file, architecture);
                    ModelConverter.ConvertNew(installation, manifest, labels, architecture, weights, progress, cancellation);
                }
            },
            cancellation));
        console.WriteLine($"{name}: {folder}");
        return 0;
    }

    private static Manifest Describe(ParseResult arguments, string name, FileInfo file, Architecture architecture)
    {
        var input = architecture.Input;
        var size = arguments.GetValue(_inputSize);
        return new()
        {
            SchemaVersion = 1,
            Name = name,
            Description = $"{architecture.Name} with the weights of {file.Name}.",
            License = arguments.GetRequiredValue(_license),
            Input = input with { Width = size ?? input.Width, Height = size ?? input.Height },
            Output = new() { Kind = OutputKind.Probabilities },
        };
    }
}
