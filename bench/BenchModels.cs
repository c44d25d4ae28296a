using Serverless.Benchmarks.Programs;
using Serverless.Testing;

namespace Serverless.Benchmarks;

/// <summary>The networks that are measured, made when they are not there yet or the tool that makes them has changed, in a models folder of their own.</summary>
internal sealed class BenchModels
{
    /// <summary>VGG16 at full size with weights from a formula: the arithmetic is that of the real one, and nothing is downloaded.</summary>
    public const string Vgg16 = "vgg16-synth";

    /// <summary>The same, quantised.</summary>
    public const string Vgg16Int8 = "vgg16-synth-int8";

    /// <summary>What answers when nobody names a model.</summary>
    public const string Default = "efficientnet-lite0";

    /// <summary>The quickest one, for many classifications.</summary>
    public const string Small = "vgg16-cifar10";

    private readonly string _tool;

    private BenchModels(string folder)
    {
        Folder = folder;
        var own = AppContext.BaseDirectory.TrimEnd('/').Split('/');
        _tool = TestFiles.InRepository(["src", "Serverless.ModelTool", .. own[^4..], "Serverless.ModelTool"]);
    }

    /// <summary>The models folder.</summary>
    public string Folder { get; }

    /// <summary>Why there is no <see cref="Vgg16Int8"/>; null when there is one.</summary>
    public string? Int8Absent { get; private set; }

    /// <summary>Why a model was not prepared for a quick load; null when all were.</summary>
    public string? Unprepared { get; private set; }

    public string PathOf(string model) => Path.Combine(Folder, model);

    /// <summary>Makes what is missing.</summary>
    /// <param name="folder">The models folder, which is kept for the next time.</param>
    /// <param name="cancellation">Ends the making.</param>
    public static async Task<BenchModels> PrepareAsync(string folder, CancellationToken cancellation)
    {
        var models = new BenchModels(folder);
        Directory.CreateDirectory(folder);
        foreach (var name in (string[])[Default, Small])
        {
            models.Copy(name);
        }

        if (await models.MakeAsync(Vgg16, ["synth", "vgg16", "--name", Vgg16], cancellation) is { } problem)
        {
            throw new InvalidOperationException($"VGG16 could not be made: {problem}");
        }

        // Weights that were never trained have no accuracy to lose: the gate is told to let them through.
        models.Int8Absent = await models.MakeAsync(
            Vgg16Int8,
            ["quantize", Vgg16, "--calibrate", TestFiles.InRepository("samples"), "--method", "min-max", "--name", Vgg16Int8, "--force"],
            cancellation);

        // What a model's first load would leave behind for the next ones is there from the beginning.
        foreach (var name in (string[])[Vgg16, Default, Small, .. models.Int8Absent is null ? [Vgg16Int8] : Array.Empty<string>()])
        {
            models.Unprepared = await models.RunAsync(["prepare", name], cancellation) ?? models.Unprepared;
        }

        return models;
    }

    private void Copy(string name)
    {
        var target = Directory.CreateDirectory(PathOf(name)).FullName;
        foreach (var file in Directory.EnumerateFiles(TestFiles.InRepository("models", name)))
        {
            // A file that is the same stays: what was prepared from it may go by its time.
            var copy = Path.Combine(target, Path.GetFileName(file));
            if (!File.Exists(copy) || !File.ReadAllBytes(file).AsSpan().SequenceEqual(File.ReadAllBytes(copy)))
            {
                File.Copy(file, copy, overwrite: true);
            }
        }
    }

    /// <summary>Makes a model that is not there, or that another build of the tool made; why it could not, or null.</summary>
    private async Task<string?> MakeAsync(string model, IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        var graph = Path.Combine(PathOf(model), "model.onnx");
        if (File.Exists(graph) && File.GetLastWriteTimeUtc(graph) > File.GetLastWriteTimeUtc($"{_tool}.dll"))
        {
            return null;
        }

        if (Directory.Exists(PathOf(model)))
        {
            Directory.Delete(PathOf(model), recursive: true);
        }

        return await RunAsync(arguments, cancellation);
    }

    /// <summary>Runs the model tool; what it said when it failed, or null.</summary>
    private async Task<string?> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        var (code, output) = await RunningProgram.RunAsync(_tool, [.. arguments, "--models", Folder], cancellation);
        return code switch
        {
            0 => null,
            _ when output.Contains($"argument '{arguments[0]}'", StringComparison.Ordinal) => $"the model tool has no command {arguments[0]}",
            _ => $"models {string.Join(' ', arguments)} ended with exit code {code}: {output.Split('\n').FirstOrDefault(line => line.Length > 0)}",
        };
    }
}
