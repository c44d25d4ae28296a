using System.CommandLine;
using Serverless.Classifier.Models;
using Serverless.ModelTool.Architectures;
using Serverless.ModelTool.Catalogue;
using Serverless.ModelTool.Conversion;
using Serverless.ModelTool.Keras;
using Serverless.ModelTool.Output;

namespace Serverless.ModelTool.Commands;

/// <summary><c>convert FILE</c>: a Keras model, or weights of a known network, becomes a model folder.</summary>
internal static class ConvertCommand
{
    private static readonly Argument<FileInfo> File = new("FILE") { Description = "A Keras model (.keras, .h5), or weights alone (.h5)" };
    private static readonly Option<string?> Architecture = new("--architecture")
    {
        Description = $"The network that weights alone belong to: {string.Join(", ", KnownArchitectures.Names)}",
        HelpName = "NAME",
    };

    private static readonly Option<string?> Name = new("--name")
    {
        Description = "The model's name; if there is a model of this name, its manifest and labels stay [default: the file's name]",
        HelpName = "NAME",
    };

    private static readonly Option<FileInfo?> Labels = new("--labels")
    {
        Description = "Names of a new model's classes: a JSON array in the network's order, or Keras's class index "
            + "[default: ImageNet's for 1000 classes, else class_0, class_1, ...]",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Preprocessing = new("--preprocessing")
    {
        Description = "How a new model's pictures are prepared: as for one of the known networks, or raw (0..255) where the network does it itself "
            + "[default: raw where it does, else that of the known network in it]",
        HelpName = string.Join('|', Preprocessings.Names),
    };

    private static readonly Option<int?> InputSize = new("--input-size")
    {
        Description = "Height and width in pixels of a new model's input, where the file does not say them",
        HelpName = "PIXELS",
    };

    private static readonly Option<string> License = new("--license")
    {
        Description = "SPDX identifier of a new model's licence",
        HelpName = "ID",
        DefaultValueFactory = _ => "NOASSERTION",
    };

    public static Command Create(ToolConsole console)
    {
        var command = new Command("convert", "Converts a Keras model or Keras weights to ONNX")
        {
            File, Architecture, Name, Labels, Preprocessing, InputSize, License,
        };
        command.SetAction((arguments, cancellation) => RunAsync(console, arguments, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ToolConsole console, ParseResult arguments, CancellationToken cancellation)
    {
        var file = arguments.GetRequiredValue(File);
        var architecture = arguments.GetValue(Architecture) is { } known ? KnownArchitectures.Get(known) : null;
        var models = arguments.ModelsToAddTo();
        var name = arguments.GetValue(Name) ?? Path.GetFileNameWithoutExtension(file.Name).ToLowerInvariant();
        var folder = models.PathOf(name);
        var described = models.Has(name) ? models.Store.Open(name) : null;
        if (described is not null
            && (arguments.GetValue(Labels) is not null || arguments.GetValue(InputSize) is not null || arguments.GetValue(Preprocessing) is not null))
        {
            throw new ModelToolException(
                $"{folder} is described already, so --labels, --input-size and --preprocessing are not taken: change its files, or give the new model another --name.");
        }

        using var keras = KerasFile.Open(file.FullName);
        var source = NetworkSource.Of(file.FullName, keras, architecture);
        using var installation = ModelInstallation.Begin(folder);
        List<string> remarks = [];
        await console.ProgressAsync($"Converting {file.Name}", progress => Task.Run(
            () =>
            {
                if (described is not null)
                {
                    ModelConverter.ConvertDescribed(installation, described, source, progress, cancellation);
                    return;
                }

                var own = arguments.GetValue(Labels) is { } given ? LabelFile.Read(given.FullName) : null;
                var input = source.DescribeInput(arguments.GetValue(Preprocessing), arguments.GetValue(InputSize), out var preprocessing);
                var labels = ModelConverter.ConvertNew(installation, Describe(arguments, name, file, source, input), own, source, progress, cancellation);
                remarks.Add($"preprocessing: {preprocessing}, {input.Width} x {input.Height} pixels");
                if (labels.IsMadeUp)
                {
                    remarks.Add($"labels: made up; write the names of the {labels.Count} classes into {Path.Combine(folder, "labels.json")}");
                }
            },
            cancellation));
        console.WriteLine($"{name}: {folder}");
        remarks.ForEach(remark => console.WriteLine($"  {remark}"));
        ModelPreparation.PrepareNew(models.Store.Open(name), console);
        return 0;
    }

    private static Manifest Describe(ParseResult arguments, string name, FileInfo file, NetworkSource source, ModelInput input) => new()
    {
        SchemaVersion = 1,
        Name = name,
        Description = $"{source.Name} with the weights of {file.Name}.",
        License = arguments.GetRequiredValue(License),
        Input = input,
        Output = new() { Kind = OutputKind.Probabilities },
    };
}
