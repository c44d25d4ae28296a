using System.Security.Cryptography;
using Serverless.ModelTool.Classification;

namespace Serverless.ModelTool.Quantization;

/// <summary>Which pictures are used for what; no picture is used for two things.</summary>
/// <param name="Calibration">For the ranges of the activations.</param>
/// <param name="Choice">For the choice of a method.</param>
/// <param name="Check">For the figures that the gate decides by.</param>
internal sealed record PictureSplit(Pictures Calibration, Pictures Choice, Pictures Check)
{
    /// <summary>More pictures than these change neither ranges nor choice.</summary>
    public const int MostForCalibration = 300, MostForChoice = 200;

    /// <summary>More held-out pictures of the calibration folder than these are not looked at; those of a check folder all are.</summary>
    public const int MostHeldOut = 2000;

    /// <summary>Splits the calibration folder: of four pictures in the order of their paths two, one and one.</summary>
    /// <exception cref="ModelToolException">There are too few.</exception>
    public static PictureSplit Of(string calibrationFolder) => Of(ImageFiles.Expand([calibrationFolder]), calibrationFolder, checkFiles: null);

    /// <summary>Checks with all of another folder and splits the calibration folder: of four pictures three and one.</summary>
    /// <exception cref="ModelToolException">There are too few that are not in the other folder as well.</exception>
    public static async Task<PictureSplit> OfAsync(string calibrationFolder, string checkFolder, CancellationToken cancellation)
    {
        var check = ImageFiles.Expand([checkFolder]);
        HashSet<string> measured = [];
        foreach (var file in check)
        {
            measured.Add(await Sha256Async(file, cancellation));
        }

        List<string> rest = [];
        foreach (var file in ImageFiles.Expand([calibrationFolder]))
        {
            if (!measured.Contains(await Sha256Async(file, cancellation)))
            {
                rest.Add(file);
            }
        }

        return Of(rest, calibrationFolder, check);
    }

    private static PictureSplit Of(IReadOnlyList<string> files, string folder, IReadOnlyList<string>? checkFiles)
    {
        const int Fewest = 4;
        if (files.Count < Fewest)
        {
            throw new ModelToolException(
                $"{folder} has {files.Count} pictures{(checkFiles is null ? "" : " that are not checked with as well")}: at least {Fewest} are needed, some hundreds make a good model.");
        }

        var (calibration, choice, check) = (new List<string>(), new List<string>(), new List<string>());
        foreach (var (index, file) in files.Index())
        {
            ((index % 4) switch { 2 => choice, 3 when checkFiles is null => check, _ => calibration }).Add(file);
        }

        return new(new(Spread(calibration, MostForCalibration)), new(Spread(choice, MostForChoice)), new(checkFiles ?? Spread(check, MostHeldOut)));
    }

    /// <summary>At most so many, from all over the list: its order is often that of the classes.</summary>
    private static List<string> Spread(List<string> files, int most) =>
        files.Count <= most ? files : [.. Enumerable.Range(0, most).Select(index => files[(int)((long)index * files.Count / most)])];

    private static async Task<string> Sha256Async(string file, CancellationToken cancellation)
    {
        try
        {
            await using var stream = File.OpenRead(file);
            return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellation));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Unreadable here is unreadable later, where it is counted; it is nobody's duplicate.
            return file;
        }
    }
}
