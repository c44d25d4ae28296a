using System.Diagnostics;
using Microsoft.Extensions.Options;
using NetVips;
using Serverless.Benchmarks.Reports;
using Serverless.Benchmarks.Statistics;
using Serverless.Classifier;
using Serverless.Classifier.Imaging;
using Serverless.Classifier.Models;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

namespace Serverless.Benchmarks.Measurements;

/// <summary>
/// From a JPEG's bytes to what the network takes: ours, beside libvips that only fetches the same rows, and beside what the peers decode and resize with. They all
/// squash the whole picture to VGG16's 224 x 224 by nearest neighbour except where the name says otherwise; ML.NET's Skia interpolates, and sharp lets
/// libjpeg decode large pictures at a fraction of their size, which is quicker and gives other pixels.
/// </summary>
internal sealed class Decode(Bench bench, Serving serving)
{
    /// <summary>Ours, as EfficientNet-Lite0 wants it: short side and centre crop, bicubic.</summary>
    public const string Bicubic = "classifierBicubic";

    /// <summary>libvips fetching the rows that VGG16 wants, and nothing else.</summary>
    public const string Rows = "libvipsRows";

    /// <summary>ImageSharp's decode and resize.</summary>
    public const string ImageSharp = "imageSharp";

    private const int Side = 224;

    private readonly ImagePreprocessor _preprocessor = new(new ImageLimits());
    private readonly ModelStore _store = new(Options.Create(new ClassifierOptions { ModelsPath = bench.Models.Folder }));
    private readonly float[] _tensor = new float[3 * Side * Side];

    public async Task<DecodeFigures> MeasureAsync(CancellationToken cancellation)
    {
        var small = await MeasureAsync("0.3", Bench.PhotographPath, cancellation);
        var twelve = await MeasureAsync("12", bench.Pictures.Large(), cancellation);
        return new DecodeFigures(
            small.ToDictionary(one => one.Key, one => one.Value.All),
            twelve.ToDictionary(one => one.Key, one => one.Value.All),
            twelve.ToDictionary(one => one.Key, one => one.Value.Over(twelve[Rows])));
    }

    private Task<IReadOnlyDictionary<string, Series>> MeasureAsync(string megapixels, string path, CancellationToken cancellation)
    {
        var jpeg = File.ReadAllBytes(path);
        var (vgg16, efficientNet) = (_store.Open(BenchModels.Vgg16).Manifest.Input, _store.Open(BenchModels.Default).Manifest.Input);
        return bench.AlternateAsync(
            $"Decode, {megapixels} megapixels",
            [
                // Ours first: it sets libvips to one thread a picture, for both.
                Here(Contestants.Classifier, () => _preprocessor.Preprocess(jpeg, vgg16, TensorLayout.Nchw, _tensor, cancellation)),
                Here(Bicubic, () => _preprocessor.Preprocess(jpeg, efficientNet, TensorLayout.Nchw, _tensor, cancellation)),
                Here(Rows, () => FetchRows(jpeg)),
                Here(ImageSharp, () => Resize(jpeg)),
                .. bench.Peers.Select(peer => new Contestant(peer.Key, stop => serving.Peers[peer.Key].TimeAsync($"decode {path}", stop))),
            ],
            bench.Plan.Decode,
            cancellation);
    }

    private static Contestant Here(string key, Action work) => new(key, _ =>
    {
        var start = Stopwatch.GetTimestamp();
        work();
        return Task.FromResult(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    });

    private static void FetchRows(byte[] jpeg)
    {
        using var picture = NetVips.Image.JpegloadBuffer(jpeg, access: Enums.Access.Sequential);
        using var region = Region.New(picture);
        for (var y = 0; y < Side; y++)
        {
            region.Fetch(0, (int)((y + 0.5) * picture.Height / Side), picture.Width, 1);
        }

        // Ours goes on to the end too, to notice a file that was cut off.
        region.Fetch(0, picture.Height - 1, picture.Width, 1);
    }

    private void Resize(byte[] jpeg)
    {
        using var picture = SixLabors.ImageSharp.Image.Load<Rgb24>(jpeg);
        picture.Mutate(change => change.Resize(Side, Side, KnownResamplers.NearestNeighbor));
        picture.ProcessPixelRows(rows =>
        {
            for (var y = 0; y < Side; y++)
            {
                var row = rows.GetRowSpan(y);
                for (var x = 0; x < Side; x++)
                {
                    _tensor[y * Side + x] = row[x].B;
                    _tensor[(Side + y) * Side + x] = row[x].G;
                    _tensor[(2 * Side + y) * Side + x] = row[x].R;
                }
            }
        });
    }
}
