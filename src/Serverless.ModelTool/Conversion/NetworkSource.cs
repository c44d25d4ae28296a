using Serverless.Classifier.Models;
using Serverless.ModelTool.Architectures;
using Serverless.ModelTool.Keras;
using Serverless.ModelTool.Keras.Reading;

namespace Serverless.ModelTool.Conversion;

/// <summary>Where a network's layers and weights are from.</summary>
internal abstract record NetworkSource
{
    /// <summary>What it is, in a word.</summary>
    public abstract string Name { get; }

    /// <summary>Takes a file as what it is.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="file">The file.</param>
    /// <param name="architecture">The network that the user says it belongs to; null where the file has to say.</param>
    /// <exception cref="ModelToolException">Neither says it.</exception>
    public static NetworkSource Of(string path, KerasFile file, Architecture? architecture) => (architecture, file.Model) switch
    {
        ({ } known, _) => new KnownNetwork(known, file.WeightsOf(known)),
        (null, { } model) => new DescribedNetwork(path, model, file.Weights),
        _ => throw new ModelToolException(
            $"{path} holds weights alone, not the layers. Say with --architecture which network they belong to ({string.Join(", ", KnownArchitectures.Names)}), "
            + "or save the whole model: model.save('NAME.keras')."),
    };

    /// <summary>Builds the network.</summary>
    /// <param name="height">Of the input, in pixels.</param>
    /// <param name="width">Of the input, in pixels.</param>
    /// <param name="features">What the outputs beside the answer are to be called; null for none.</param>
    /// <exception cref="ModelToolException">Layers and weights do not fit together, or no input of this size fits them.</exception>
    public abstract Network Build(int height, int width, ModelFeatures? features);

    /// <summary>What a new manifest says of the input.</summary>
    /// <param name="preprocessing">What the user says; null where the network has to.</param>
    /// <param name="side">Height and width in pixels that the user says; null where the network has to.</param>
    /// <param name="chosen">The preprocessing's name.</param>
    /// <exception cref="ModelToolException">Neither says it.</exception>
    public abstract ModelInput DescribeInput(string? preprocessing, int? side, out string chosen);
}

/// <summary>A known architecture with weights that come without their topology.</summary>
internal sealed record KnownNetwork(Architecture Architecture, IKerasWeights Weights) : NetworkSource
{
    public override string Name => Architecture.Name;

    public override Network Build(int height, int width, ModelFeatures? features) =>
        NetworkBuilder.Build(Architecture.Name, Architecture.Build(height, width), Weights, widthsAreFree: true, features);

    public override ModelInput DescribeInput(string? preprocessing, int? side, out string chosen)
    {
        chosen = preprocessing ?? Architecture.Name;
        return Preprocessings.Named(chosen, side ?? Architecture.Input.Height, side ?? Architecture.Input.Width);
    }
}

/// <summary>A file that says itself which layers it has.</summary>
internal sealed record DescribedNetwork(string Path, KerasModel Model, IKerasWeights Weights) : NetworkSource
{
    public override string Name => Model.Name;

    public override Network Build(int height, int width, ModelFeatures? features) =>
        NetworkBuilder.Build(Model.Name, Model.Build(height, width), Weights, widthsAreFree: false, features);

    public override ModelInput DescribeInput(string? preprocessing, int? side, out string chosen)
    {
        var (height, width) = (Model.Input.Rows ?? side, Model.Input.Columns ?? side);
        if (height is not { } rows || width is not { } columns)
        {
            throw new ModelToolException($"{Path} takes pictures of any size. Say with --input-size which one it was trained for.");
        }

        if (side is { } said && (said != rows || said != columns))
        {
            throw new ModelToolException($"{Path} takes pictures of {columns} x {rows} pixels: leave --input-size out.");
        }

        chosen = preprocessing
            ?? (OwnPreprocessing.IsIn(Model.Build(rows, columns))
                ? Preprocessings.RawName
                : Model.Names.Select(Preprocessings.OfKerasModel).FirstOrDefault(name => name is not null))
            ?? throw new ModelToolException(
                $"{Path} does not say how its pictures are prepared: no layer of '{Model.Name}' does it, and it is none of the known networks. Say it with --preprocessing "
                + $"({string.Join(", ", Preprocessings.Names)}; raw for pictures from 0 to 255).");
        return Preprocessings.Named(chosen, rows, columns);
    }
}
