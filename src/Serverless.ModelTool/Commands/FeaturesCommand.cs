using System.CommandLine;
using Serverless.Classifier.Features;
using Serverless.ModelTool.Classification;
using Serverless.ModelTool.Features;
using Serverless.ModelTool.Output;

namespace Serverless.ModelTool.Commands;

/// <summary><c>features IMAGE...</c>: what a network sees before it decides, as a table for other programs.</summary>
internal static class FeaturesCommand
{
    private static readonly Argument<string[]> Images = new("IMAGE")
    {
        Description = "Image files, or folders with some",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<FileInfo> Out = new("--out")
    {
        Description = "The file to write: NumPy's, or a table with a line an image",
        HelpName = "FILE.npy|FILE.csv",
        Required = true,
    };

    private static readonly Option<PoolingKind> Pooling = new("--pooling")
    {
        Description = "How the last feature map is pooled, as in Keras",
        HelpName = "avg|max|none",
        DefaultValueFactory = _ => PoolingKind.Avg,
    };

    private static readonly Option<bool> Normalize = new("--normalize") { Description = "Divide each vector by its Euclidean length" };

    public static Command Create(ToolConsole console)
    {
        var command = new Command("features", "Writes what a network sees of pictures before it decides") { Images, Out, ModelOption.Option, Pooling, Normalize };
        command.SetAction((arguments, cancellation) => RunAsync(console, arguments, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ToolConsole console, ParseResult arguments, CancellationToken cancellation)
    {
        var request = new FeatureRequest { Pooling = arguments.GetValue(Pooling), Normalize = arguments.GetValue(Normalize) };
        if (request is { Pooling: PoolingKind.None, Normalize: true })
        {
            throw new ModelToolException("--normalize makes vectors of length 1, and --pooling none gives no vectors: leave one of them out.");
        }

        var path = arguments.GetRequiredValue(Out).FullName;
        var write = FeatureFile.WriterOf(path);
        var files = ImageFiles.Expand(arguments.GetRequiredValue(Images));
        var models = arguments.Models();
        var model = models.Store.Open(arguments.GetRequiredValue(ModelOption.Option));
        await using var classifier = new FileClassifier(models, model.Manifest.Name);
        List<FeatureRow> rows = [];
        await foreach (var answer in classifier.ExtractFeaturesAsync(files, request, cancellation))
        {
            if (answer.Result is { } features)
            {
                console.WriteLine($"{rows.Count}  {answer.File}");
                rows.Add(new(answer.File, features));
            }
            else
            {
                console.Error($"{answer.File}: {answer.Problem!.Message} ({answer.Problem.Code})");
            }
        }

        if (rows.Count > 0)
        {
            write(path, rows);
            console.WriteLine($"{path}: float32 [{string.Join(", ", rows[0].Features.Shape.Prepend(rows.Count))}]");
        }

        return rows.Count == files.Count ? 0 : Outcome.Failed;
    }
}
