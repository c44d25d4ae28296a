using System.Globalization;
using Serverless.Classifier.Errors;
using Serverless.Classifier.Models;

namespace Serverless.Classifier.Explanation;

/// <summary>Which class a caller means.</summary>
internal static class ClassChoice
{
    /// <summary>Index of the class.</summary>
    /// <param name="labels">The model's labels.</param>
    /// <param name="wanted">An index, an identifier or a label (in any case).</param>
    /// <exception cref="ClassifierException"><c>unknown_class</c>: there is none, or there are several.</exception>
    public static int Find(IReadOnlyList<Label> labels, string wanted)
    {
        if (int.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
        {
            return index < labels.Count
                ? index
                : throw new ClassifierException(ErrorKind.UnknownClass, $"There is no class {index}; the model has the classes 0 to {labels.Count - 1}.");
        }

        var found = labels.Index().Where(label => label.Item.ClassId == wanted || string.Equals(label.Item.Name, wanted, StringComparison.OrdinalIgnoreCase)).ToList();
        return found switch
        {
            [var only] => only.Index,
            [] => throw new ClassifierException(ErrorKind.UnknownClass, $"There is no class '{wanted}'; name one by its index, its identifier or its label, as they stand in predictions."),
            _ => throw new ClassifierException(
                ErrorKind.UnknownClass,
                $"There are {found.Count} classes '{wanted}': say {string.Join(" or ", found.Select(label => label.Item.ClassId ?? $"{label.Index}"))}."),
        };
    }
}
