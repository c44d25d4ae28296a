using System.CommandLine;
using System.Globalization;
using Serverless.Classifier.Explanation;
using Serverless.Classifier.Imaging;
using Serverless.Drawing;
using Serverless.ModelTool.Classification;
using Serverless.ModelTool.Output;

namespace Serverless.ModelTool.Commands;

/// <summary><c>explain IMAGE</c>: the photograph with heat where the network looked.</summary>
internal static class ExplainCommand
{
    private static readonly Argument<string> Image = new("IMAGE") { Description = "An image file" };
    private static readonly Option<FileInfo> Out = new("--out") { Description = "The picture to write", HelpName = "FILE.png", Required = true };

    private static readonly Option<ExplanationMethod?> Method = new("--method")
    {
        Description = "Class activation map, or covering parts of the picture (50 runs) [default: the first where the model offers it]",
        HelpName = "cam|occlusion",
    };

    private static readonly Option<string?> Class = new("--class")
    {
        Description = "The class by its index, identifier or label [default: the most probable]",
        HelpName = "CLASS",
    };

    public static Command Create(ToolConsole console)
    {
        var command = new Command("explain", "Shows where in a picture a network looked") { Image, Out, ModelOption.Option, Method, Class };
        command.SetAction((arguments, cancellation) => RunAsync(console, arguments, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ToolConsole console, ParseResult arguments, CancellationToken cancellation)
    {
        var models = arguments.Models();
        var model = models.Store.Open(arguments.GetRequiredValue(ModelOption.Option));
        var limits = new ImageLimits();
        var image = await ImageFiles.ReadAsync(arguments.GetRequiredValue(Image), limits.MaxImageBytes, cancellation);
        await using var classifier = new FileClassifier(models, model.Manifest.Name);
        var request = new ExplanationRequest { Method = arguments.GetValue(Method), Class = arguments.GetValue(Class) };
        var answer = await classifier.ExplainAsync(image, request, cancellation);
        var explanation = answer.Explanation!;

        var (facts, rgb) = new ImagePreprocessor(limits).Decode(image, cancellation);
        var heat = explanation.Heat.Stretch(facts.Width, facts.Height);
        var path = arguments.GetRequiredValue(Out).FullName;
        await File.WriteAllBytesAsync(path, HeatPicture.DrawOver(rgb, heat, facts.Width, facts.Height), cancellation);
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{path}: {explanation.Class.Label}, {explanation.Class.Probability:P2}, rank {explanation.Class.Rank}; {Name(explanation)}, {answer.Timing.Inference.TotalMilliseconds + explanation.Elapsed.TotalMilliseconds:0.0} ms"));
        return 0;
    }

    private static string Name(ClassExplanation explanation) => explanation.Method == ExplanationMethod.Cam
        ? $"class activation map {explanation.Heat.Columns} x {explanation.Heat.Rows}, {explanation.Runs} run"
        : $"occlusion {explanation.Heat.Columns} x {explanation.Heat.Rows}, {explanation.Runs} runs";
}
