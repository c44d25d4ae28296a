namespace Serverless.ModelTool.Architectures;

/// <summary>The architectures that can be asked for by name.</summary>
internal static class KnownArchitectures
{
    private static readonly Architecture[] All =
        [AlexNet.Architecture, Vgg.Vgg16, Vgg.Vgg19, InceptionV3.Architecture, ResNet50.Architecture];

    /// <summary>Their names.</summary>
    public static IEnumerable<string> Names => All.Select(architecture => architecture.Name);

    /// <summary>The architecture of a name.</summary>
    /// <exception cref="ModelToolException">There is none.</exception>
    public static Architecture Get(string name) =>
        All.FirstOrDefault(architecture => architecture.Name == name)
        ?? throw new ModelToolException($"The architecture '{name}' is not known. Known: {string.Join(", ", Names)}.");
}
