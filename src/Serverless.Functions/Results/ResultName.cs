using System.Security.Cryptography;
using System.Text;

namespace Serverless.Functions.Results;

/// <summary>Which blob holds the result of which image.</summary>
internal static class ResultName
{
    /// <summary>Azure's limit of a blob's name, in characters.</summary>
    private const int Longest = 1024;

    private const string Document = ".json";

    /// <summary>No document ends like this, so no image's note lies where another's document does.</summary>
    private const string Note = ".failure";

    /// <summary>
    /// <c>pets/cat.jpg</c> -> <c>pets/cat.jpg.json</c>. A name that leaves no room for the extension is cut, and told from others
    /// that begin alike by the SHA-256 of the whole.
    /// </summary>
    public static string Of(string blob) => With(Document, blob);

    /// <summary>The same for the note about a failure: <c>pets/cat.jpg.failure</c>.</summary>
    public static string OfNote(string blob) => With(Note, blob);

    private static string With(string extension, string blob)
    {
        if (blob.Length + extension.Length <= Longest) return blob + extension;
        var ending = "~" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(blob))) + extension;
        var kept = Longest - ending.Length;
        // Half of a surrogate pair is no text.
        if (char.IsHighSurrogate(blob[kept - 1])) kept--;
        return blob[..kept] + ending;
    }
}
