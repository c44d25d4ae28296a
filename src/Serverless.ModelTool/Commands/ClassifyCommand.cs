using System.CommandLine;
using Serverless.Classifier;
using Serverless.ModelTool.Classification;
using Serverless.ModelTool.Output;

namespace Serverless.ModelTool.Commands;

/// <summary><c>classify IMAGE...</c>: the five best names of each picture.</summary>
internal static class ClassifyCommand
{
    private static readonly Argument<string[]> Images = new("IMAGE")
    {
        Description = "Image files, or folders with some",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<int> Top = new("--top")
    {
        Description = $"How many names, {ClassificationRequest.MinTop} to {ClassificationRequest.MaxTop}",
        HelpName = "N",
        DefaultValueFactory = _ => new ClassificationRequest().Top,
    };

    private static readonly Option<AnswerFormat> Format = new("--format")
    {
        Description = "How to print: for people, for programs, or as Keras's decode_predictions",
        HelpName = "table|json|csv|keras",
        DefaultValueFactory = _ => AnswerFormat.Table,
    };

    public static Command Create(ToolConsole console)
    {
        var command = new Command("classify", "Says what pictures show") { Images, ModelOption.Option, Top, Format };
        command.SetAction((arguments, cancellation) => RunAsync(console, arguments, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ToolConsole console, ParseResult arguments, CancellationToken cancellation)
    {
        var files = ImageFiles.Expand(arguments.GetRequiredValue(Images));
        var writer = AnswerWriter.Create(arguments.GetValue(Format), console);
        var models = arguments.Models();
        var model = models.Store.Open(arguments.GetRequiredValue(ModelOption.Option));
        await using var classifier = new FileClassifier(models, model.Manifest.Name);
        List<Answer<Classifier.Classification>> answers = [];
        var refused = 0;
        void Write(Answer<Classifier.Classification> answer)
        {
            writer.Write(answer);
            if (answer.Problem is { } problem)
            {
                refused++;
                console.Error($"{answer.File}: {problem.Message} ({problem.Code})");
            }
        }

        writer.Begin();
        if (files.Count > 1 && console.IsTerminal)
        {
            // A bar and tables do not share a terminal: first the one, then the others.
            await console.ProgressAsync($"Classifying {files.Count} images", async progress =>
            {
                await foreach (var answer in classifier.ClassifyAsync(files, arguments.GetValue(Top), cancellation))
                {
                    answers.Add(answer);
                    progress(answers.Count, files.Count);
                }
            });
            answers.ForEach(Write);
        }
        else
        {
            await foreach (var answer in classifier.ClassifyAsync(files, arguments.GetValue(Top), cancellation))
            {
                Write(answer);
            }
        }

        writer.End();
        return refused == 0 ? 0 : Outcome.Failed;
    }
}
