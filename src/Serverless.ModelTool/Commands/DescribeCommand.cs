using System.CommandLine;
using System.Globalization;
using Serverless.ModelTool.Architectures;
using Serverless.ModelTool.Conversion.Lowering;
using Serverless.ModelTool.Keras;
using Serverless.ModelTool.Output;

namespace Serverless.ModelTool.Commands;

/// <summary><c>describe NAME</c>: the layers of a known network, and what they cost.</summary>
internal static class DescribeCommand
{
    private static readonly string[] Headings = ["Layer", "Kind", "Output", "Parameters", "Multiply-adds"];
    private static readonly Argument<string> Architecture = new("NAME") { Description = string.Join(", ", KnownArchitectures.Names) };

    public static Command Create(ToolConsole console)
    {
        var command = new Command("describe", "Lists a known network's layers: what they give for one image, their parameters, their multiply-adds")
        {
            Architecture,
        };
        command.SetAction(arguments => Run(console, KnownArchitectures.Get(arguments.GetRequiredValue(Architecture))));
        return command;
    }

    private static void Run(ToolConsole console, Architecture architecture)
    {
        // Of formula weights only the shapes are asked here.
        var layers = NetworkCompiler.Compile(architecture.Build(), new FormulaWeights(architecture, seed: 1), widthsAreFree: false).Layers;
        console.Table(Headings, [.. layers.Select(Row), Total(architecture, layers)]);
    }

    private static string[] Row(LayerReport report) =>
    [
        $"{report.Layer.Address}",
        report.Layer.Layer.GetType().Name,
        string.Join(" x ", report.Shape.Dimensions),
        Count(report.Parameters),
        Count(report.MultiplyAdds),
    ];

    private static string[] Total(Architecture architecture, IReadOnlyList<LayerReport> layers) =>
    [
        architecture.Name,
        $"{layers.Count} layers",
        "",
        Count(layers.Sum(layer => layer.Parameters)),
        Count(layers.Sum(layer => layer.MultiplyAdds)),
    ];

    private static string Count(long number) => number == 0 ? "" : number.ToString("N0", CultureInfo.InvariantCulture);
}
