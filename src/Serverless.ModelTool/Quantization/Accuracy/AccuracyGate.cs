namespace Serverless.ModelTool.Quantization.Accuracy;

/// <summary>Whether an int8 model is good enough to be written, and what to say of it.</summary>
/// <param name="MaxLossInPoints">The most points of top-1 that it may lose, 100 being all.</param>
internal sealed record AccuracyGate(double MaxLossInPoints)
{
    /// <summary>What is allowed unless the user says something else.</summary>
    public const double UsualMaxLossInPoints = 1;

    /// <summary>With fewer pictures than these one picture is worth more than the usual limit.</summary>
    public const int EnoughPictures = 100;

    /// <summary>Rounding of shares is no loss.</summary>
    private const double Slack = 1e-9;

    /// <summary>Whether the loss is within the limit.</summary>
    public bool Passes(Comparison comparison) => comparison.LossInPoints <= MaxLossInPoints + Slack;

    /// <summary>Why it is refused.</summary>
    public string Refusal(Comparison comparison) =>
        FormattableString.Invariant($"int8 loses {comparison.LossInPoints:0.00} points of top-1 on {comparison.Pictures} pictures, more than the {MaxLossInPoints:0.##} that --max-loss allows. ")
        + "Nothing was written. More or fitter pictures to calibrate with, --dense-bits 8 or --keep-float may help; --force writes it all the same.";

    /// <summary>What makes the figures rough; null where nothing does.</summary>
    public static string? Doubt(Comparison comparison) => comparison.Pictures >= EnoughPictures
        ? null
        : FormattableString.Invariant(
            $"only {comparison.Pictures} pictures were there to check with, each is worth {100.0 / comparison.Pictures:0.0} points: give a folder of more with --check");

    /// <summary>The figures, for people: what is measured, float32's, int8's.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Rows(Comparison comparison) =>
    [
        .. comparison.Labelled is { } labelled
            ? new[]
            {
                new[] { "top-1", Percent(labelled.FloatTop1), Percent(labelled.Int8Top1) },
                ["top-5", Percent(labelled.FloatTop5), Percent(labelled.Int8Top5)],
            }
            : [],
        ["same first answer", "", Percent(comparison.Agreement)],
        ["first five in common", "", Percent(comparison.TopFiveOverlap)],
        [comparison.Labelled is null ? "top-1 lost, expected (the paths name no classes)" : "top-1 lost", "", Points(comparison.LossInPoints)],
    ];

    /// <summary>For example <c>98.60 %</c>.</summary>
    public static string Percent(double share) => FormattableString.Invariant($"{100 * share:0.00} %");

    private static string Points(double points) => FormattableString.Invariant($"{points:0.00} points");
}
