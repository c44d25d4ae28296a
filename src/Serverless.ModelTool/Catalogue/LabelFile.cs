using System.Reflection;
using Serverless.Classifier.Models;

namespace Serverless.ModelTool.Catalogue;

/// <summary>A label file that a new model is to get.</summary>
/// <param name="Text">What it holds.</param>
/// <param name="Count">How many classes it names.</param>
/// <param name="Origin">Where it is from, for messages.</param>
internal sealed record LabelFile(string Text, int Count, string Origin)
{
    /// <summary>Whether nobody named the classes.</summary>
    public bool IsMadeUp { get; private init; }

    private const string ImageNetResource = "imagenet_class_index.json";
    private const int ImageNetCount = 1000;

    /// <summary>ImageNet's thousand classes in the order of Keras's networks.</summary>
    public static LabelFile ImageNet()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(ImageNetResource)!;
        using var reader = new StreamReader(stream);
        return new(reader.ReadToEnd(), ImageNetCount, "the list of ImageNet's classes");
    }

    /// <summary>What stands in until somebody names the classes: ImageNet's for a thousand, else numbers.</summary>
    public static LabelFile For(int count) => count == ImageNetCount
        ? ImageNet()
        : new($"[{string.Join(", ", Enumerable.Range(0, count).Select(index => $"\"class_{index}\""))}]\n", count, "the list that was made up") { IsMadeUp = true };

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
