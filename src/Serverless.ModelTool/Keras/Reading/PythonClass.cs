using System.Text.RegularExpressions;

namespace Serverless.ModelTool.Keras.Reading;

/// <summary>The names under which Keras 3 stores layers: their Python classes, counted.</summary>
internal sealed partial class PythonClass
{
    private readonly Dictionary<string, int> _used = [];

    /// <summary>The next group's name for a class: <c>conv2d</c>, <c>conv2d_1</c>.</summary>
    public string Next(string className)
    {
        var name = SnakeCase(className);
        var count = _used[name] = _used.GetValueOrDefault(name, -1) + 1;
        return count == 0 ? name : $"{name}_{count}";
    }

    /// <summary>As <c>keras.src.utils.naming.to_snake_case</c> does it (Keras 3, commit 3422977a).</summary>
    private static string SnakeCase(string name)
    {
        name = NotWord().Replace(name, "");
        name = CapitalisedWord().Replace(name, "$1_$2");
        return LowerThenUpper().Replace(name, "$1_$2").ToLowerInvariant();
    }

    [GeneratedRegex(@"\W+")]
    private static partial Regex NotWord();

    [GeneratedRegex("(.)([A-Z][a-z]+)")]
    private static partial Regex CapitalisedWord();

    [GeneratedRegex("([a-z])([A-Z])")]
    private static partial Regex LowerThenUpper();
}
