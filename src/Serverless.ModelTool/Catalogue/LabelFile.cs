using System.Reflection;
using Serverless.Classifier.Models;

namespace Serverless.ModelTool.Catalogue;

/// <summary>A label file that a new model is to get.</summary>
/// <param name="Text">What it holds.</param>
/// <param name="Count">How many classes it names.</param>
/// <param name="Origin">Where it is from, for messages.</param>
internal sealed record LabelFile(string Text, int Count, string Origin)
{
    private const string ImageNetResource = "imagenet_class_index.json";

    /// <summary>ImageNet's thousand classes in the order of Keras's networks.</summary>
    public static LabelFile ImageNet()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(ImageNetResource)!;
        using var reader = new StreamReader(stream);
        return new(reader.ReadToEnd(), 1000, "the list of ImageNet's classes");
    }

    /// <summary>The user's own.</summary>
    /// <exception cref="ModelToolException">It cannot be read or has another form.</exception>
    public static LabelFile Read(string path)
    {
        try
        {
            return new(File.ReadAllText(path), Labels.Read(path).Count, path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new ModelToolException($"The labels cannot be read from {path}: {exception.Message}", exception);
        }
    }
}
