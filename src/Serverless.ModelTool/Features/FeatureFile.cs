using System.Globalization;
using Serverless.Classifier.Features;
using Serverless.ModelTool.Numpy;
using Serverless.ModelTool.Output;

namespace Serverless.ModelTool.Features;

/// <summary>The features of one image.</summary>
/// <param name="File">The image, as it was named.</param>
/// <param name="Features">Its features.</param>
internal sealed record FeatureRow(string File, ImageFeatures Features);

/// <summary>Writes features for other programs, in the format that the file's ending says.</summary>
internal static class FeatureFile
{
    /// <summary>What writes the rows of one model to a file of this name.</summary>
    /// <exception cref="ModelToolException">The ending is none of the two.</exception>
    public static Action<string, IReadOnlyList<FeatureRow>> WriterOf(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".npy" => WriteNumpy,
        ".csv" => WriteTable,
        var ending => throw new ModelToolException($"--out ends in '{ending}': .npy (for numpy.load) and .csv are written."),
    };

    /// <summary>An array [images, ...] in the order of the rows.</summary>
    private static void WriteNumpy(string path, IReadOnlyList<FeatureRow> rows) =>
        NpyFile.Write(path, [rows.Count, .. rows[0].Features.Shape], rows.SelectMany(row => row.Features.Values).ToArray());

    /// <summary>A line an image: its file and a column a number, with as many digits as read back as the same float32 (RFC 4180).</summary>
    private static void WriteTable(string path, IReadOnlyList<FeatureRow> rows)
    {
        using var file = new StreamWriter(path) { NewLine = "\r\n" };
        file.WriteLine($"file,{string.Join(',', Enumerable.Range(0, rows[0].Features.Values.Count))}");
        foreach (var row in rows)
        {
            file.WriteLine($"{CsvCell.Quote(row.File)},{string.Join(',', row.Features.Values.Select(value => value.ToString("R", CultureInfo.InvariantCulture)))}");
        }
    }
}
