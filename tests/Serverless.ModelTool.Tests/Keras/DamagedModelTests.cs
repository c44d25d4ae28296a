using System.IO.Compression;
using System.Text.Json.Nodes;
using Serverless.ModelTool.Conversion;
using Serverless.ModelTool.Keras;

namespace Serverless.ModelTool.Tests.Keras;

/// <summary>Whatever is wrong with a whole model's file is told in a sentence: a model of the fixtures with something changed.</summary>
public sealed class DamagedModelTests : IDisposable
{
    private static readonly string Whole = TestFiles.Fixture("keras", "blocks", "mobile.keras");

    /// <summary>What to change of the topology, and what is then said.</summary>
    private static readonly Dictionary<string, (Action<JsonNode> Change, string Expected)> DamagesByName = new()
    {
        ["no model"] = (model => model["config"]!.AsObject().Remove("layers"), "a subclassed model keeps its topology in its Python code"),
        ["no class"] = (model => Layer(model, "conv2d").AsObject().Remove("class_name"), "a layer of the topology has no class_name"),
        ["no connections"] = (model => Layer(model, "conv2d").AsObject().Remove("inbound_nodes"), "Layer 'conv2d' (Conv2D) lacks 'inbound_nodes'"),
        ["connected to nothing"] = (model => Layer(model, "conv2d")["inbound_nodes"] = Json("""[{"args": [], "kwargs": {}}]"""), "Layer 'conv2d' (Conv2D) takes nothing"),
        ["connected to what is not there"] = (model => Inbound(model, "re_lu_10")[0] = "gone", "layer 're_lu_10' takes what is never made ('gone')"),
        ["a circle"] = (model => Inbound(model, "conv2d")[0] = "softmax", "takes what is never made ('softmax')"),
        ["an output that is not there"] = (model => model["config"]!["output_layers"] = Json("""["gone", 0, 0]"""), "gives the answer of 'gone', which is not in it"),
        ["no outputs"] = (model => model["config"]!["output_layers"] = Json("[]"), "output_layers name no layers"),
        ["two outputs"] = (model => model["config"]!["output_layers"] = Json("""[["softmax", 0, 0], ["dense_3", 0, 0]]"""), "has 2 outputs; a classifier has one"),
        ["a map as output"] = (model => model["config"]!["output_layers"] = Json("""["conv2d", 0, 0]"""), "gives (48, 48, 8) for an image"),
        ["a layer of one's own"] = (model => Layer(model, "activation")["class_name"] = "MyAttention", "Layer 'activation' is a MyAttention, which cannot be converted"),
        ["a lambda"] = (model => Layer(model, "activation")["class_name"] = "Lambda", "Layer 'activation' is a Lambda, which cannot be converted"),
        ["an activation of one's own"] = (model => Config(model, "activation")["activation"] = "my_function", "has the activation 'my_function', which is not known"),
        ["a setting less"] = (model => Config(model, "conv2d").AsObject().Remove("filters"), "Layer 'conv2d' (Conv2D) lacks 'filters'"),
        ["a window of three"] = (model => Config(model, "conv2d")["kernel_size"] = Json("[3, 3, 3]"), "has kernel_size = [3,3,3]; two numbers is expected"),
        ["a negative window"] = (model => Config(model, "conv2d")["kernel_size"] = Json("[3, -3]"), "an integer from 1 to"),
        ["a huge window"] = (model => Config(model, "average_pooling2d_1")["pool_size"] = Json("[99999999, 3]"), "an integer from 1 to"),
        ["text for a number"] = (model => Config(model, "conv2d")["filters"] = "eight", "has filters = \"eight\"; an integer from 1 to"),
        ["other padding"] = (model => Config(model, "conv2d")["padding"] = "causal", "has the padding 'causal'; 'valid' and 'same' are possible"),
        ["channels first"] = (model => Config(model, "conv2d")["data_format"] = "channels_first", "save the model with 'channels_last'"),
        ["another axis"] = (model => Config(model, "batch_normalization_1")["axis"] = 1, "works along axis 1 of (48, 48, 8); only the last can be"),
        ["another axis of a softmax"] = (model => Config(model, "softmax")["axis"] = 0, "works along axis 0 of (10); only the last can be"),
        ["another number of filters"] = (model => Config(model, "conv2d")["filters"] = 9, "conv2d/kernel has shape (3, 3, 3, 8); (3, 3, 3, 9) is expected"),
        ["groups that do not divide"] = (model => Config(model, "conv2d")["groups"] = 5, "has 5 groups, which do not divide 3 channels in and 8 out"),
        ["a bias that is not there"] = (model => Config(model, "conv2d")["use_bias"] = true, "layer 'conv2d' has 1 weight tensors; kernel, bias are expected"),
        ["a grey image"] = (model => Config(model, "input_layer_5")["batch_shape"] = Json("[null, 96, 96, 1]"), "and grey pictures are not taken"),
        ["channels first in the image"] = (model => Config(model, "input_layer_5")["batch_shape"] = Json("[null, 3, 96, 96]"), "with the channels last"),
        ["no shape of the image"] = (model => Config(model, "input_layer_5").AsObject().Remove("batch_shape"), "takes 'input_layer_5' of unknown shape"),
        ["a window larger than the map"] = (model => Config(model, "average_pooling2d_1")["pool_size"] = Json("[30, 30]"), "nothing is left of it at average_pooling2d_1"),
        ["several sigmoids"] = (model =>
        {
            Layer(model, "softmax")["class_name"] = "Activation";
            Config(model, "softmax")["activation"] = "sigmoid";
        }, "gives 10 probabilities that are independent of each other"),
    };

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Damages => [.. DamagesByName.Keys];

    private string Path => _folder.File("model.keras");

    [Theory]
    [MemberData(nameof(Damages))]
    public void ADamagedTopologyIsRefusedByWhatIsWrong(string damage)
    {
        var (change, expected) = DamagesByName[damage];
        Rewrite(zip => Edit(zip, "config.json", text =>
        {
            var model = JsonNode.Parse(text)!;
            change(model);
            return model.ToJsonString();
        }));

        Assert.Contains(expected, Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void ATopologyThatIsNoJsonIsNamedSo()
    {
        Rewrite(zip => Edit(zip, "config.json", text => text[..2000]));

        Assert.Contains("the model's topology is not JSON", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void AVersionThatIsNoJsonIsNamedSo()
    {
        Rewrite(zip => Edit(zip, "metadata.json", _ => "3.15"[..1] + "{"));

        Assert.Contains("metadata.json is not JSON", Refusal(), StringComparison.Ordinal);
    }

    /// <summary>Older versions of Keras 3 do not attach the names; then the count of the classes has to do.</summary>
    [Fact]
    public void AnUnknownNameIsFoundByTheCountOfItsClass()
    {
        Rewrite(zip => Edit(zip, "config.json", text => text.Replace("\"dense_3\"", "\"renamed\"", StringComparison.Ordinal)));

        Convert();
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("model.weights.h5")]
    public void AnEntryThatIsMissingIsNamed(string entry)
    {
        Rewrite(zip => zip.GetEntry(entry)!.Delete());

        Assert.Contains($"is a zip without {entry}", Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(100_000)]
    public void AZipThatIsCutOffIsDamaged(int length)
    {
        File.WriteAllBytes(Path, File.ReadAllBytes(Whole)[..length]);

        Assert.Contains("is a damaged zip", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void WeightsThatAreCutOffAreDamaged()
    {
        Rewrite(zip =>
        {
            using var stream = zip.GetEntry("model.weights.h5")!.Open();
            stream.SetLength(50_000);
        });

        Assert.Contains("is cut off: it has 50,000 bytes", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void WeightsOfAnotherModelAreNamedByTheLayerThatIsMissing()
    {
        Rewrite(zip =>
        {
            using var other = ZipFile.OpenRead(TestFiles.Fixture("keras", "narrow-vgg16", "keras3.keras"));
            zip.GetEntry("model.weights.h5")!.Delete();
            using var from = other.GetEntry("model.weights.h5")!.Open();
            using var to = zip.CreateEntry("model.weights.h5").Open();
            from.CopyTo(to);
        });

        Assert.Matches("has no layer '[a-z_0-9]+'|has shape|weight tensors", Refusal());
    }

    [Fact]
    public void AFlippedByteAnywhereIsARefusalAtWorst()
    {
        var whole = File.ReadAllBytes(Whole);
        foreach (var position in Enumerable.Range(0, 250).Select(number => 4 + (number * 673)).Where(position => position < whole.Length))
        {
            var damaged = whole.ToArray();
            damaged[position] ^= 0xFF;
            File.WriteAllBytes(Path, damaged);

            var exception = Record.Exception(Convert);

            Assert.True(exception is null or ModelToolException, $"byte {position}: {exception}");
        }
    }

    public void Dispose() => _folder.Dispose();

    private string Refusal() => Assert.Throws<ModelToolException>(Convert).Message;

    /// <summary>Everything up to the point where the large tensors are read.</summary>
    private void Convert()
    {
        using var file = KerasFile.Open(Path);
        NetworkSource.Of(Path, file, architecture: null).Build(96, 96, GraphNames.Features);
    }

    private void Rewrite(Action<ZipArchive> change)
    {
        File.Copy(Whole, Path);
        using var zip = ZipFile.Open(Path, ZipArchiveMode.Update);
        change(zip);
    }

    private static void Edit(ZipArchive zip, string entry, Func<string, string> change)
    {
        string text;
        using (var reader = new StreamReader(zip.GetEntry(entry)!.Open()))
        {
            text = reader.ReadToEnd();
        }

        zip.GetEntry(entry)!.Delete();
        using var writer = new StreamWriter(zip.CreateEntry(entry).Open());
        writer.Write(change(text));
    }

    private static JsonNode Json(string text) => JsonNode.Parse(text)!;

    private static JsonNode Layer(JsonNode model, string name) =>
        model["config"]!["layers"]!.AsArray().Single(layer => layer!["config"]!["name"]!.GetValue<string>() == name)!;

    private static JsonNode Config(JsonNode model, string name) => Layer(model, name)["config"]!;

    /// <summary>Name, use and output of the first tensor that a layer takes.</summary>
    private static JsonNode Inbound(JsonNode model, string name) => Layer(model, name)["inbound_nodes"]![0]!["args"]![0]!["config"]!["keras_history"]!;
}
