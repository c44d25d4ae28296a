using System.Security.Cryptography;
using Serverless.Classifier.Models;

namespace Serverless.ModelTool.Downloads;

/// <summary>Whether a file is the one that was published.</summary>
internal static class PublishedChecksum
{
    /// <summary>What is wrong with a file; null when nothing is.</summary>
    /// <remarks>MD5 is what Keras publishes; against accidents it suffices.</remarks>
    public static async Task<string?> ProblemAsync(string path, WeightsSource source, CancellationToken cancellation)
    {
        await using var file = File.Open(path, new FileStreamOptions { BufferSize = 1 << 20, Options = FileOptions.Asynchronous });
        if (source.Bytes is { } bytes && bytes != file.Length)
        {
            return $"it has {file.Length:N0} bytes, {bytes:N0} were published";
        }

        foreach (var (algorithm, published) in new[] { (HashAlgorithmName.MD5, source.Md5), (HashAlgorithmName.SHA256, source.Sha256) })
        {
            if (published is null)
            {
                continue;
            }

            file.Position = 0;
            var actual = Convert.ToHexStringLower(await CryptographicOperations.HashDataAsync(algorithm, file, cancellation));
            if (actual != published)
            {
                return $"its {algorithm.Name} is {actual}, {published} was published";
            }
        }

        return null;
    }
}
