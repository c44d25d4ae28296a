using System.Security.Cryptography;
using System.Text;

namespace Serverless.Functions.Results;

/// <summary>Which blob holds the result of which image.</summary>
internal static class ResultName
{
    /// <summary>Azure's limit of a blob's name, in characters.</summary>
    private const int Longest = 1024;

    private const string Extension = ".json";

    /// <summary>
    /// <c>pets/cat.jpg</c> -> <c>pets/cat.jpg.json</c>. A name that leaves no room for the extension is cut, and told from others
    /// that begin alike by the SHA-256 of the whole.
    /// </summary>
    public static string Of(string blob)
    {
        if (blob.Length + Extension.Length <= Longest) return blob + Extension;
        var ending = "~" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(blob))) + Extension;
        var kept = Longest - ending.Length;
        // Half of a surrogate pair is no text.
        if (char.IsHighSurrogate(blob[kept - 1])) kept--;
        return blob[..kept] + ending;
    }
}
