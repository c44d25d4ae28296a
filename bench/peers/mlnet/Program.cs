using System.Diagnostics;
using System.Text.Json;
using Serverless.Benchmarks.MlNet;

// ML.NET's pipeline on the same network: MODEL_FOLDER. Takes commands from its standard input, a line each (run, classify PICTURE, decode PICTURE,
// ready), and answers each with a line of JSON; ends when that input ends.
using var pipeline = new Pipeline(args[0]);
while (Console.ReadLine() is { } line)
{
    var (command, argument) = line.Split(' ', 2) is [var first, var rest] ? (first, rest) : (line, "");
    object answer = command switch
    {
        "run" => Timed(pipeline.Run),
        "decode" => TimedDecode(argument),
        "classify" => Classify(argument),
        _ => new { versions = Pipeline.Versions },
    };
    Console.WriteLine(JsonSerializer.Serialize(answer));
}

object Classify(string path)
{
    var picture = File.ReadAllBytes(path);
    var start = Stopwatch.GetTimestamp();
    var predictions = pipeline.Classify(picture);
    return new { ms = Stopwatch.GetElapsedTime(start).TotalMilliseconds, predictions };
}

object TimedDecode(string path)
{
    var picture = File.ReadAllBytes(path);
    return Timed(() => pipeline.Decode(picture));
}

static object Timed(Action work)
{
    var start = Stopwatch.GetTimestamp();
    work();
    return new { ms = Stopwatch.GetElapsedTime(start).TotalMilliseconds };
}
