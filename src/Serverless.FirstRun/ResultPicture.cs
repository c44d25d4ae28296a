using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Processing;

namespace Serverless.FirstRun;

/// <summary>Draws photographs beside their five best names, as an SVG of its own that a browser opens.</summary>
internal sealed class ResultPicture
{
    private const int Columns = 2;
    private const int CardWidth = 440;
    private const int CardHeight = 176;
    private const int Gap = 12;
    private const int Thumbnail = 152;
    private const int RowHeight = 29;
    private const int BarLeft = Thumbnail + 2 * Gap;
    private const int BarWidth = CardWidth - BarLeft - Gap;

    private readonly StringBuilder _cards = new();
    private int _count;

    /// <summary>Adds a photograph.</summary>
    /// <param name="path">The photograph; one of this repository's own, never a stranger's.</param>
    /// <param name="predictions">The array <c>predictions</c> of its document.</param>
    public void Add(string path, JsonElement predictions)
    {
        var (x, y) = (Gap + _count % Columns * (CardWidth + Gap), Gap + _count / Columns * (CardHeight + Gap));
        _count++;
        Line($"""<g transform="translate({x} {y})"><title>{Text(Path.GetFileName(path))}</title>""");
        Line($"""<rect width="{CardWidth}" height="{CardHeight}" rx="8" fill="#fff" stroke="#d0d7de"/>""");
        Line($"""<image x="{Gap}" y="{Gap}" width="{Thumbnail}" height="{Thumbnail}" href="data:image/jpeg;base64,{ThumbnailOf(path)}"/>""");
        foreach (var (row, prediction) in predictions.EnumerateArray().Index())
        {
            var probability = prediction.GetProperty("probability").GetSingle();
            var top = Gap + row * RowHeight;
            Line($"""<text x="{BarLeft}" y="{top + 13}">{Text(prediction.GetProperty("label").GetString()!)}</text>""");
            Line($"""<text x="{CardWidth - Gap}" y="{top + 13}" text-anchor="end">{probability:P1}</text>""");
            Line($"""<rect x="{BarLeft}" y="{top + 18}" width="{BarWidth}" height="5" rx="2.5" fill="#eaeef2"/>""");
            Line($"""<rect x="{BarLeft}" y="{top + 18}" width="{BarWidth * probability:F1}" height="5" rx="2.5" fill="#0969da"/>""");
        }

        Line($"</g>");
    }

    /// <summary>Writes the picture.</summary>
    public void Save(string path)
    {
        var rows = (_count + Columns - 1) / Columns;
        var (width, height) = (Gap + Columns * (CardWidth + Gap), Gap + rows * (CardHeight + Gap));
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        File.WriteAllText(path, string.Create(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" font-family="ui-sans-serif, system-ui, sans-serif" font-size="13" fill="#1f2328">
            <rect width="{width}" height="{height}" fill="#f6f8fa"/>
            {_cards}</svg>

            """));
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    /// <summary>The square in the middle, small, as JPEG in base64.</summary>
    private static string ThumbnailOf(string path)
    {
        using var picture = Image.Load(path);
        picture.Mutate(change => change.Resize(new ResizeOptions { Size = new Size(Thumbnail * 2), Mode = ResizeMode.Crop }));
        using var jpeg = new MemoryStream();
        picture.SaveAsJpeg(jpeg);
        return Convert.ToBase64String(jpeg.GetBuffer(), 0, (int)jpeg.Length);
    }

    private void Line(FormattableString line) => _cards.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
