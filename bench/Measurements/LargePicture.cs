using Serverless.Testing;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

namespace Serverless.Benchmarks.Measurements;

/// <summary>
/// A JPEG of 12 megapixels laid out of the sample photographs, side by side in their own size: enlarged ones would be smooth, and quicker to decode than a camera's.
/// </summary>
internal static class LargePicture
{
    private const int Width = 4000;
    private const int Height = 3000;
    private const int Quality = 92;

    /// <summary>The picture's path; it is made when it is not there yet.</summary>
    public static string PathIn(string folder)
    {
        var path = Path.Combine(folder, "twelve-megapixels.jpg");
        if (!File.Exists(path))
        {
            using var picture = LayOut();
            picture.SaveAsJpeg(path, new JpegEncoder { Quality = Quality });
        }

        return path;
    }

    private static Image<Rgb24> LayOut()
    {
        Image<Rgb24>[] samples = [.. ((string[])["rocket.jpg", "coffee.png", "astronaut.png", "chelsea.png"]).Select(name => Image.Load<Rgb24>(TestFiles.InRepository("samples", name)))];
        var picture = new Image<Rgb24>(Width, Height);
        var (row, number) = (0, 0);
        for (var y = 0; y < Height; y += samples.Min(sample => sample.Height), row++)
        {
            for (var x = 0; x < Width; number++)
            {
                var sample = samples[(number + row) % samples.Length];
                picture.Mutate(change => change.DrawImage(sample, new Point(x, y), opacity: 1));
                x += sample.Width;
            }
        }

        foreach (var sample in samples)
        {
            sample.Dispose();
        }

        return picture;
    }
}
