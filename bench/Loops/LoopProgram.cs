using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Serverless.Benchmarks.Loops;

/// <summary>This program as a contestant: it does what the lines of its input say and answers each with a line of JSON, as the peers do.</summary>
internal static class LoopProgram
{
    /// <summary><c>bare THREADS MODEL_FOLDER</c> or <c>classifier MODELS_FOLDER MODEL</c>.</summary>
    public static Task RunAsync(IReadOnlyList<string> arguments) => arguments switch
    {
        ["bare", var threads, var model] => RunBareAsync(model, int.Parse(threads, CultureInfo.InvariantCulture)),
        ["classifier", var models, var model] => RunClassifierAsync(models, model),
        _ => throw new ArgumentException($"There is no contestant '{string.Join(' ', arguments)}'.", nameof(arguments)),
    };

    /// <summary><c>run [BATCH]</c>.</summary>
    private static async Task RunBareAsync(string model, int threads)
    {
        using var loop = new BareLoop(model, threads);
        await AnswerAsync((_, batch) => Task.FromResult<object>(new { ms = loop.Run(batch.Length == 0 ? 1 : int.Parse(batch, CultureInfo.InvariantCulture)) }));
    }

    /// <summary><c>classify FILE</c>, <c>repeat COUNT FILE</c> (that often, one after the other; the milliseconds of all).</summary>
    private static async Task RunClassifierAsync(string models, string model)
    {
        using var loop = new ClassifierLoop(models, model);
        await AnswerAsync(async (command, argument) =>
        {
            var (count, path) = command == "repeat" && argument.Split(' ', 2) is [var number, var file]
                ? (int.Parse(number, CultureInfo.InvariantCulture), file)
                : (1, argument);
            var picture = await File.ReadAllBytesAsync(path);
            var (ms, answer) = await loop.ClassifyAsync(picture);
            var start = Stopwatch.GetTimestamp();
            for (var i = 1; i < count; i++)
            {
                await loop.ClassifyAsync(picture);
            }

            return new
            {
                ms = ms + Stopwatch.GetElapsedTime(start).TotalMilliseconds,
                inferenceMs = answer.Timing.Inference.TotalMilliseconds,
                predictions = answer.Predictions.Select(prediction => new { prediction.ClassId, prediction.Probability }),
            };
        });
    }

    private static async Task AnswerAsync(Func<string, string, Task<object>> answer)
    {
        while (await Console.In.ReadLineAsync() is { } line)
        {
            var parts = line.Split(' ', 2);
            await Console.Out.WriteLineAsync(JsonSerializer.Serialize(await answer(parts[0], parts.ElementAtOrDefault(1) ?? ""), JsonSerializerOptions.Web));
        }
    }
}
