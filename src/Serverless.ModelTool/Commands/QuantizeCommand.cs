using System.CommandLine;
using Serverless.Classifier.Models;
using Serverless.ModelTool.Catalogue;
using Serverless.ModelTool.Output;
using Serverless.ModelTool.Quantization;
using Serverless.ModelTool.Quantization.Accuracy;
using Serverless.ModelTool.Quantization.Calibration;

namespace Serverless.ModelTool.Commands;

/// <summary><c>quantize NAME</c>: an int8 model of a float32 one, if it is good enough.</summary>
internal static class QuantizeCommand
{
    private static readonly Argument<string> Name = new("NAME") { Description = "The float32 model, see 'list'" };
    private static readonly Option<DirectoryInfo> Calibrate = new("--calibrate")
    {
        Description = "Pictures of the kind that the model will see, some hundreds: the ranges of its activations are taken from them",
        HelpName = "FOLDER",
        Required = true,
    };

    private static readonly Option<DirectoryInfo?> Check = new("--check")
    {
        Description = "Pictures to measure the loss with; labelled where their folder, or their name before an underscore, is that of a class "
            + "[default: a quarter of the calibration pictures, which is then not calibrated with]",
        HelpName = "FOLDER",
    };

    private static readonly Option<string?> NewName = new("--name") { Description = "The new model's name [default: NAME-int8]", HelpName = "NAME" };
    private static readonly Option<string> Method = new("--method")
    {
        Description = "How ranges are taken from what was seen: auto tries all on held-out pictures and takes the one nearest to float32",
        HelpName = "auto|min-max|percentile|entropy",
        DefaultValueFactory = _ => "auto",
    };

    private static readonly Option<int?> DenseBits = new("--dense-bits")
    {
        Description = "Bits of a dense layer's weight, 8 or 4 [default: 4 for layers of more than 4 million weights, else 8]",
        HelpName = "8|4",
    };

    private static readonly Option<string> KeepFloat = new("--keep-float")
    {
        Description = "Layers that stay float32, separated by commas",
        HelpName = "LAYERS",
        DefaultValueFactory = _ => "",
    };

    private static readonly Option<double> MaxLoss = new("--max-loss")
    {
        Description = "The most points of top-1 that may be lost",
        HelpName = "POINTS",
        DefaultValueFactory = _ => AccuracyGate.UsualMaxLossInPoints,
    };

    private static readonly Option<bool> Force = new("--force") { Description = "Writes the model whatever it loses" };

    private static readonly Dictionary<string, CalibrationMethod[]> Methods = new()
    {
        ["auto"] = Enum.GetValues<CalibrationMethod>(),
        ["min-max"] = [CalibrationMethod.MinMax],
        ["percentile"] = [CalibrationMethod.Percentile9999, CalibrationMethod.Percentile99999],
        ["entropy"] = [CalibrationMethod.Entropy],
    };

    static QuantizeCommand()
    {
        Method.AcceptOnlyFromAmong([.. Methods.Keys]);
        DenseBits.AcceptOnlyFromAmong("8", "4");
        MaxLoss.Validators.Add(result =>
        {
            if (!(result.GetValueOrDefault<double>() is >= 0 and <= 100))
            {
                result.AddError("--max-loss is a number of points from 0 to 100.");
            }
        });
    }

    public static Command Create(ToolConsole console)
    {
        var command = new Command("quantize", "Makes an int8 model of a float32 one, unless it loses too much")
        {
            Name, Calibrate, Check, NewName, Method, DenseBits, KeepFloat, MaxLoss, Force,
        };
        command.SetAction((arguments, cancellation) => RunAsync(console, arguments, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ToolConsole console, ParseResult arguments, CancellationToken cancellation)
    {
        var models = arguments.Models();
        var source = Source(models, arguments.GetRequiredValue(Name));
        var name = arguments.GetValue(NewName) ?? $"{source.Manifest.Name}-int8";
        var folder = models.PathOf(name);
        if (models.Has(name))
        {
            throw new ModelToolException($"There is a model {name} already: delete {folder} first, or give the new one another --name.");
        }

        var (calibrate, check) = (Folder(arguments.GetRequiredValue(Calibrate)), arguments.GetValue(Check) is { } other ? Folder(other) : null);
        using var installation = ModelInstallation.Begin(folder);
        var pictures = check is null ? PictureSplit.Of(calibrate.FullName) : await PictureSplit.OfAsync(calibrate.FullName, check.FullName, cancellation);
        using var quantizer = new ModelQuantizer(source, Options(arguments), new StageProgress(console).Report);
        var quantization = await quantizer.QuantizeAsync(pictures, cancellation);
        Tell(console, source.Manifest.Name, quantization);
        var gate = new AccuracyGate(arguments.GetValue(MaxLoss));
        if (!gate.Passes(quantization.Check) && !arguments.GetValue(Force))
        {
            throw new ModelToolException(gate.Refusal(quantization.Check));
        }

        cancellation.ThrowIfCancellationRequested();
        QuantizedModelWriter.Write(installation, name, source, quantizer, quantization, (check ?? calibrate).Name);
        console.WriteLine($"{name}: {folder}, {Size.Format(quantizer.Bytes)}");
        return 0;
    }

    private static ModelFolder Source(ModelsFolder models, string name) => models.Store.Open(name) is { HasGraph: true } model
        ? model
        : throw new ModelToolException($"The weights of {name} are not here: get them with 'pull {name}' first.");

    private static DirectoryInfo Folder(DirectoryInfo folder) => folder.Exists ? folder : throw new ModelToolException($"There is no folder {folder.FullName}.");

    private static QuantizationOptions Options(ParseResult arguments) => new()
    {
        Methods = Methods[arguments.GetRequiredValue(Method)],
        DenseBits = arguments.GetValue(DenseBits),
        KeepFloat = arguments.GetRequiredValue(KeepFloat).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
    };

    private static void Tell(ToolConsole console, string source, QuantizationResult quantization)
    {
        if (quantization.Trials.Count > 1)
        {
            console.Table(
                ["ranges", "divergence from float32", "same first answer"],
                [.. quantization.Trials.Select(trial => new[]
                {
                    trial.Method.Name(), FormattableString.Invariant($"{trial.Comparison!.Divergence:0.000000}"), AccuracyGate.Percent(trial.Comparison.Agreement),
                })]);
            console.WriteLine($"Taken: {quantization.Method.Name()}, the nearest to float32 on {quantization.Trials[0].Comparison!.Pictures} pictures that were not calibrated with.");
        }

        console.Table([$"{quantization.Check.Pictures} pictures", source, "int8"], AccuracyGate.Rows(quantization.Check));
        if (quantization.Skipped > 0)
        {
            console.Error($"{quantization.Skipped} pictures could not be read and were left out.");
        }

        if (AccuracyGate.Doubt(quantization.Check) is { } doubt)
        {
            console.Error($"The figures are rough: {doubt}.");
        }
    }
}
