using System.CommandLine;
using Serverless.Classifier.Imaging;
using Serverless.Classifier.Inference;
using Serverless.Classifier.Models;
using Serverless.ModelTool.Classification;
using Serverless.ModelTool.Numpy;
using Serverless.ModelTool.Output;

namespace Serverless.ModelTool.Commands;

/// <summary><c>tensor IMAGE</c>: what a model gets to see, as a NumPy file, so that anyone can compare it.</summary>
internal static class TensorCommand
{
    private static readonly Argument<string> Image = new("IMAGE") { Description = "An image file" };
    private static readonly Option<FileInfo> Out = new("--out") { Description = "The NumPy file to write", HelpName = "FILE.npy", Required = true };

    public static Command Create(ToolConsole console)
    {
        var command = new Command("tensor", "Writes a picture's preprocessed tensor as a NumPy file") { Image, ModelOption.Option, Out };
        command.SetAction((arguments, cancellation) => RunAsync(console, arguments, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ToolConsole console, ParseResult arguments, CancellationToken cancellation)
    {
        var model = arguments.Models().Store.Open(arguments.GetRequiredValue(ModelOption.Option));
        var input = model.Manifest.Input;
        var layout = input.Layout ?? LayoutOfGraph(model);
        var limits = new ImageLimits();
        var image = await ImageFiles.ReadAsync(arguments.GetRequiredValue(Image), limits.MaxImageBytes, cancellation);
        var tensor = new float[3 * input.Height * input.Width];
        new ImagePreprocessor(limits).Preprocess(image, input, layout, tensor, cancellation);

        int[] shape = layout == TensorLayout.Nchw ? [1, 3, input.Height, input.Width] : [1, input.Height, input.Width, 3];
        var path = arguments.GetRequiredValue(Out).FullName;
        NpyFile.Write(path, shape, tensor);
        console.WriteLine($"{path}: float32 [{string.Join(", ", shape)}]");
        return 0;
    }

    private static TensorLayout LayoutOfGraph(ModelFolder model)
    {
        using var session = ModelSession.Load(model, InferenceDevice.Cpu);
        return session.Layout;
    }
}
