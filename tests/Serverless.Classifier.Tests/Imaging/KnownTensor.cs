using System.Security.Cryptography;
using Serverless.Classifier.Models;

namespace Serverless.Classifier.Tests.Imaging;

/// <summary>What Keras and torchvision-style preprocessing made of a picture: a row of <c>tests/fixtures/preprocessing</c>.</summary>
/// <param name="File">Folder and name.</param>
/// <param name="Contract">The preprocessing.</param>
/// <param name="Filter">Pillow's filter.</param>
/// <param name="Rgb">Lower-case hexadecimal SHA-256 of the 8-bit pixels; null where Pillow refused the file.</param>
/// <param name="Tensor">The same of the float32 tensor, little endian.</param>
public sealed record KnownTensor(string File, string Contract, ResizeFilter Filter, string? Rgb, string? Tensor)
{
    /// <summary>Every row of both tables.</summary>
    public static IReadOnlyList<KnownTensor> All { get; } =
    [
        .. Rows("keras-tensors.tsv").Select(row => Of(row[0], row[1], row[3], row[4], row[5])),
        .. Rows("torchvision-tensors.tsv").Select(row => Of(row[0], "torchvision", row[1], row[2], row[3])),
    ];

    /// <summary>The model input that the contract stands for.</summary>
    public ModelInput Input => Contract switch
    {
        "vgg16" => Squash(224, ChannelOrder.Bgr, 1, [103.939f, 116.779f, 123.68f]),
        "inception-v3" => Squash(299, ChannelOrder.Rgb, 127.5f, [1, 1, 1]),
        _ => new ModelInput
        {
            Width = 224,
            Height = 224,
            Channels = ChannelOrder.Rgb,
            Scale = 255,
            Mean = [0.485f, 0.456f, 0.406f],
            Std = [0.229f, 0.224f, 0.225f],
            Resize = new Resize { Mode = ResizeMode.ShortSideCrop, Filter = Filter, ShortSide = 256 },
        },
    };

    /// <summary>The order of axes that the hash was made of.</summary>
    public TensorLayout Layout => Contract == "torchvision" ? TensorLayout.Nchw : TensorLayout.Nhwc;

    /// <summary>The picture, or null with the reason why it is not here.</summary>
    public static string? Find(string file, out string reasonWhenAbsent)
    {
        reasonWhenAbsent = "";
        return file.StartsWith("samples/", StringComparison.Ordinal)
            ? TestFiles.InRepository(file.Split('/'))
            : TestFiles.Shared(out reasonWhenAbsent, ["data", .. file.Split('/')]);
    }

    /// <summary>Lower-case hexadecimal SHA-256.</summary>
    public static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private ModelInput Squash(int size, ChannelOrder channels, float scale, float[] mean) => new()
    {
        Width = size,
        Height = size,
        Channels = channels,
        Scale = scale,
        Mean = mean,
        Resize = new Resize { Mode = ResizeMode.Squash, Filter = Filter },
    };

    private static KnownTensor Of(string file, string contract, string filter, string rgb, string tensor)
    {
        var refused = rgb.StartsWith("refused:", StringComparison.Ordinal);
        return new KnownTensor(file, contract, Enum.Parse<ResizeFilter>(filter, ignoreCase: true), refused ? null : rgb, refused ? null : tensor);
    }

    private static IEnumerable<string[]> Rows(string table) =>
        System.IO.File.ReadLines(TestFiles.Fixture("preprocessing", table)).Skip(1).Select(line => line.Split('\t'));
}
