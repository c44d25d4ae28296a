using Serverless.Testing;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

namespace Serverless.Benchmarks.Measurements;

/// <summary>Pictures that are made of the samples when they are not there yet.</summary>
/// <param name="folder">Where they are kept.</param>
internal sealed class MadePictures(string folder)
{
    private const int Width = 4000;
    private const int Height = 3000;
    private const int Quality = 92;

    /// <summary>
    /// A JPEG of 12 megapixels laid out of the sample photographs, side by side in their own size: enlarged ones would be smooth, and quicker to decode than a camera's.
    /// </summary>
    public string Large() => Make("twelve-megapixels.jpg", LayOut);

    /// <summary>A JPEG of 96 x 64 pixels, for many classifications.</summary>
    public string Small() => Make("small.jpg", () =>
    {
        var picture = Image.Load<Rgb24>(Bench.PhotographPath);
        picture.Mutate(change => change.Resize(96, 64));
        return picture;
    });

    private string Make(string name, Func<Image<Rgb24>> draw)
    {
        var path = Path.Combine(folder, name);
        if (!File.Exists(path))
        {
            using var picture = draw();
            picture.SaveAsJpeg($"{path}.part", new JpegEncoder { Quality = Quality });
            File.Move($"{path}.part", path);
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
