using Serverless.Classifier.Models;

namespace Serverless.ModelTool.Quantization.Accuracy;

/// <summary>
/// What a picture shows, as its path says: the name or identifier of a class as its folder (<c>cat/1.jpg</c>, <c>n02123394/1.jpg</c>) or as the start of
/// its file's name before an underscore (<c>n02123394_Persian_cat.jpg</c>).
/// </summary>
internal sealed class PictureLabels
{
    private readonly Dictionary<string, int> _classes = new(StringComparer.OrdinalIgnoreCase);

    public PictureLabels(IReadOnlyList<Label> labels)
    {
        foreach (var (index, label) in labels.Index())
        {
            // Two of ImageNet's classes share a name; what is ambiguous names nothing.
            foreach (var name in new[] { label.ClassId, label.Name }.OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase))
            {
                _classes[name] = _classes.ContainsKey(name) ? -1 : index;
            }
        }
    }

    /// <summary>The index of the class; null where the path names none.</summary>
    public int? Of(string file) =>
        Find(Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(file))) ?? "") ?? Find(Path.GetFileNameWithoutExtension(file).Split('_')[0]);

    private int? Find(string name) => _classes.TryGetValue(name, out var index) && index >= 0 ? index : null;
}
