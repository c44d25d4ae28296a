using System.Security.Cryptography;
using PureHDF;
using Serverless.ModelTool.Architectures;
using Serverless.ModelTool.Conversion;
using Serverless.ModelTool.Keras;
using Serverless.ModelTool.Topology;

namespace Serverless.ModelTool.Tests.Keras;

/// <summary>
/// Weight files without topology, in the layouts and under the names that people have them, of networks that are narrow and otherwise whole.
/// </summary>
public sealed class PublishedLayoutTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("resnet50")]
    [InlineData("inception-v3")]
    [InlineData("vgg19")]
    public async Task APublishedFileIsFoundItsWayByNames(string name)
    {
        var architecture = KnownArchitectures.Get(name);
        var (expected, layers) = Build(architecture);

        WriteGroups(layers, published => published);

        Assert.Equal(expected, await ConvertAsync(name));
    }

    /// <summary>Keras counts on from what a program made before, and since version 2.3 leaves the first number out.</summary>
    [Theory]
    [InlineData(94, false)]
    [InlineData(-1, true)]
    public async Task NumbersThatStartElsewhereAreFoundByTheirOrder(int offset, bool firstHasNone)
    {
        var (expected, layers) = Build(InceptionV3.Architecture);

        WriteGroups(layers, published => Renumber(published, offset, firstHasNone));

        Assert.Equal(expected, await ConvertAsync("inception-v3"));
    }

    [Fact]
    public async Task WeightsOfKeras3AreFoundByTheNamesThatAreAttached()
    {
        var (expected, layers) = Build(InceptionV3.Architecture);
        // Keras 3 counts classes in the order of the model's layers, which is another than that of the names.
        var stored = new H5Group();
        foreach (var (index, layer) in layers.AsEnumerable().Reverse().Index())
        {
            var vars = new H5Group { Attributes = { ["name"] = Renumber(layer.Name, -1, firstHasNone: true) } };
            foreach (var (position, tensor) in layer.Tensors.Index())
            {
                vars[$"{position}"] = Values(tensor);
            }

            stored[$"layer_{index}"] = new H5Group { ["vars"] = vars };
        }

        new H5File { ["layers"] = stored, ["vars"] = new H5Group() }.Write(_folder.File("weights.h5"));

        Assert.Equal(expected, await ConvertAsync("inception-v3"));
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>The checksums of the converted network, and the weights that it is to be converted from.</summary>
    private ((string, string) Sha256, List<(string Name, IReadOnlyList<KerasTensor> Tensors)> Layers) Build(Architecture architecture)
    {
        var weights = new NarrowWeights(architecture);
        var network = new KnownNetwork(architecture, weights).Build(architecture.Input.Height, architecture.Input.Width, GraphNames.Features);
        NetworkWriter.Write(
            network, _folder.File("expected.onnx"), _folder.File("expected.weights"), "model.weights", (_, _) => { }, TestContext.Current.CancellationToken);
        return ((Sha256("expected.onnx"), Sha256("expected.weights")), weights.Layers);
    }

    private void WriteGroups(List<(string Name, IReadOnlyList<KerasTensor> Tensors)> layers, Func<string, string> rename)
    {
        var file = new H5File();
        // In the published files the groups stand in another order than the layers were made in.
        foreach (var (name, tensors) in layers.AsEnumerable().Reverse().Select(layer => (rename(layer.Name), layer.Tensors)))
        {
            var inner = new H5Group();
            foreach (var tensor in tensors)
            {
                inner[NameIn(tensor)] = Values(tensor);
            }

            file[name] = new H5Group { Attributes = { ["weight_names"] = tensors.Select(tensor => $"{name}/{NameIn(tensor)}").ToArray() }, [name] = inner };
        }

        file.Write(_folder.File("weights.h5"));
    }

    private static string NameIn(KerasTensor tensor) => $"{tensor.Name.Split('/')[^1]}:0";

    private async Task<(string, string)> ConvertAsync(string architecture)
    {
        var run = await Tool.RunAsync("convert", _folder.File("weights.h5"), "--architecture", architecture, "--models", _folder.File("models"), "--name", "converted");
        Assert.True(run.ExitCode == 0, run.Error);
        return (Sha256("models", "converted", "model.onnx"), Sha256("models", "converted", "model.weights"));
    }

    private string Sha256(params string[] path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(_folder.File(path))));

    private static string Renumber(string name, int offset, bool firstHasNone)
    {
        if (name.LastIndexOf('_') is var at && !(name.StartsWith("conv2d_", StringComparison.Ordinal) || name.StartsWith("batch_normalization_", StringComparison.Ordinal)))
        {
            return name;
        }

        var number = int.Parse(name[(at + 1)..], System.Globalization.CultureInfo.InvariantCulture) + offset;
        return number == 0 && firstHasNone ? name[..at] : $"{name[..at]}_{number}";
    }

    private static Array Values(KerasTensor tensor)
    {
        var array = Array.CreateInstance(typeof(float), [.. tensor.Shape]);
        Buffer.BlockCopy(tensor.ReadAll(), 0, array, 0, (int)tensor.Length * sizeof(float));
        return array;
    }

    /// <summary>Formula weights with a sixteenth of the channels; keeps what it gave.</summary>
    private sealed class NarrowWeights(Architecture architecture) : IKerasWeights
    {
        private readonly FormulaWeights _weights = new(architecture, seed: 3);

        public List<(string Name, IReadOnlyList<KerasTensor> Tensors)> Layers { get; } = [];

        public IReadOnlyList<KerasTensor> Of(LayerAddress layer, IReadOnlyList<WantedTensor> wanted)
        {
            var isWidest = wanted[0].Name != "kernel" || layer.Name == "predictions";
            var tensors = _weights.Of(layer, [.. wanted.Select(want => isWidest ? want : new(want.Name, [.. want.Shape.SkipLast(1), want.Shape[^1] / 16]))]);
            Layers.Add((layer.Name, tensors));
            return tensors;
        }
    }
}
