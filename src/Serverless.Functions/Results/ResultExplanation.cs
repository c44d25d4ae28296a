using System.Text.Json.Serialization;
using Serverless.Classifier.Explanation;
using Serverless.Classifier.Imaging;
using Serverless.Drawing;

namespace Serverless.Functions.Results;

/// <summary>Where the network looked when it gave a class its probability.</summary>
public sealed record ResultExplanation
{
    /// <summary>The longest side of a heat map in pixels: its cells are few, so that a larger one would tell no more.</summary>
    internal const int MaxSide = 1024;

    /// <summary>How that was found out.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<ExplanationMethod>))]
    public required ExplanationMethod Method { get; init; }

    /// <summary>The class.</summary>
    public required ResultPrediction Class { get; init; }

    /// <summary>How many pictures the network looked at for this answer.</summary>
    public required int Runs { get; init; }

    /// <summary>What it took beyond the classification, in milliseconds.</summary>
    public required double ElapsedMs { get; init; }

    /// <summary>The heat as a picture.</summary>
    public required ResultHeatmap Heatmap { get; init; }

    internal static ResultExplanation Of(ClassExplanation explanation, ImageFacts image)
    {
        var scale = Math.Min(1, (double)MaxSide / Math.Max(image.Width, image.Height));
        var (width, height) = (Scaled(image.Width, scale), Scaled(image.Height, scale));
        return new()
        {
            Method = explanation.Method,
            Class = ResultPrediction.Of(explanation.Class),
            Runs = explanation.Runs,
            ElapsedMs = ResultTiming.Milliseconds(explanation.Elapsed),
            Heatmap = new(width, height, HeatPicture.Draw(explanation.Heat.Stretch(width, height), width, height)),
        };
    }

    private static int Scaled(int length, double scale) => Math.Max(1, (int)Math.Round(length * scale));
}

/// <summary>A heat map that covers the image when it is stretched over it.</summary>
/// <param name="Width">Columns: the image's, or fewer.</param>
/// <param name="Height">Rows.</param>
/// <param name="Png">A PNG file (in JSON in base64): from black, cold, over red to light yellow, hot; transparent where the network did not look.</param>
public sealed record ResultHeatmap(int Width, int Height, byte[] Png);
