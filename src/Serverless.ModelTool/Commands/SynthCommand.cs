using System.CommandLine;
using Serverless.Classifier.Models;
using Serverless.ModelTool.Architectures;
using Serverless.ModelTool.Catalogue;
using Serverless.ModelTool.Conversion;
using Serverless.ModelTool.Keras;
using Serverless.ModelTool.Output;

namespace Serverless.ModelTool.Commands;

/// <summary><c>synth ARCHITECTURE</c>: a network of full size whose weights come from a formula.</summary>
internal static class SynthCommand
{
    private static readonly Argument<string> Architecture = new("ARCHITECTURE") { Description = string.Join(", ", KnownArchitectures.Names) };
    private static readonly Option<ulong> Seed = new("--seed") { Description = "Start of the formula", HelpName = "N", DefaultValueFactory = _ => 1 };
    private static readonly Option<string?> Name = new("--name") { Description = "The model's name [default: ARCHITECTURE-synth]", HelpName = "NAME" };

    public static Command Create(ToolConsole console)
    {
        var command = new Command("synth", "Makes a network of full size with weights from a formula, for measurements and tests without a download")
        {
            Architecture, Seed, Name,
        };
        command.SetAction((arguments, cancellation) => RunAsync(console, arguments, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ToolConsole console, ParseResult arguments, CancellationToken cancellation)
    {
        var architecture = KnownArchitectures.Get(arguments.GetRequiredValue(Architecture));
        var seed = arguments.GetValue(Seed);
        var name = arguments.GetValue(Name) ?? $"{architecture.Name}-synth";
        var models = arguments.ModelsToAddTo();
        var folder = models.PathOf(name);
        if (models.Has(name))
        {
            throw new ModelToolException($"There is a model {name} already: delete {folder} first, or give the new one another --name.");
        }

        using var installation = ModelInstallation.Begin(folder);
        await console.ProgressAsync($"Making {name}", progress => Task.Run(
            () => ModelConverter.ConvertNew(
                installation,
                Describe(name, architecture, seed),
                LabelFile.ImageNet(),
                new KnownNetwork(architecture, new FormulaWeights(architecture, seed)),
                progress,
                cancellation),
            cancellation));
        console.WriteLine($"{name}: {folder}");
        ModelPreparation.PrepareNew(models.Store.Open(name), console);
        return 0;
    }

    private static Manifest Describe(string name, Architecture architecture, ulong seed) => new()
    {
        SchemaVersion = 1,
        Name = name,
        Description = $"{architecture.Name} with weights from a formula (seed {seed}): it was never trained, and its answers mean nothing.",
        License = "CC0-1.0",
        Input = architecture.Input,
        Output = new() { Kind = OutputKind.Probabilities },
    };
}
