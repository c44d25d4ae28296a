using Serverless.Classifier.Models;

namespace Serverless.ModelTool.Downloads;

/// <summary>Gets a published file from the first address that gives it whole.</summary>
/// <param name="transfer">Makes one request.</param>
/// <param name="firstPause">Before the second try at an address; doubled before each further one.</param>
/// <param name="time">The clock.</param>
internal sealed class WeightsDownload(Transfer transfer, TimeSpan firstPause, TimeProvider time)
{
    /// <summary>Tries at one address that bring no byte more than those before.</summary>
    private const int MaxFruitlessTries = 3;

    /// <summary>Downloads to a part beside the target, checks it, and only then gives it its name.</summary>
    /// <param name="source">Addresses and checksums.</param>
    /// <param name="target">Where the file goes.</param>
    /// <param name="progress">Told the bytes that are here and the whole.</param>
    /// <param name="cancellation">Stops; what has arrived stays, for the next call to go on.</param>
    /// <exception cref="ModelToolException">No address gave it; the message says for each why.</exception>
    public async Task FetchAsync(WeightsSource source, string target, Action<long, long?> progress, CancellationToken cancellation)
    {
        var part = new PartFile(target + Catalogue.ModelInstallation.PartEnding);
        List<string> failures = [];
        foreach (var url in source.Urls)
        {
            try
            {
                await FetchFromAsync(url, source, part, progress, cancellation);
                part.MoveTo(target);
                return;
            }
            catch (MirrorException exception)
            {
                failures.Add($"  {url}: {exception.Message}");
            }
        }

        throw new ModelToolException(
            $"No address gave the weights:\n{string.Join('\n', failures)}\n"
            + (part.Length > 0 ? "What has arrived is kept; the next pull goes on there. " : "")
            + "If this machine cannot reach them, download the file elsewhere and pull with --from FILE.");
    }

    private async Task FetchFromAsync(Uri url, WeightsSource source, PartFile part, Action<long, long?> progress, CancellationToken cancellation)
    {
        var isContinued = part.Length > 0;
        while (true)
        {
            if (part.Length == 0 || part.Length != source.Bytes)
            {
                await ReceiveAsync(url, source.Bytes, part, progress, cancellation);
            }

            if (await PublishedChecksum.ProblemAsync(part.FullPath, source, cancellation) is not { } problem)
            {
                return;
            }

            // Bytes of an earlier run may be those of another file: once more, all of it from here.
            part.Delete();
            if (!isContinued)
            {
                throw new MirrorException($"it sent another file: {problem}", canRetry: false);
            }

            isContinued = false;
        }
    }

    /// <summary>Asks again after an interruption, as long as that brings the file further.</summary>
    private async Task ReceiveAsync(Uri url, long? bytes, PartFile part, Action<long, long?> progress, CancellationToken cancellation)
    {
        var (furthest, fruitless, pause) = (part.Length, 0, firstPause);
        while (true)
        {
            try
            {
                await transfer.RunAsync(url, part, bytes, progress, cancellation);
                return;
            }
            catch (MirrorException exception) when (exception.CanRetry)
            {
                (fruitless, pause) = part.Length > furthest ? (1, firstPause) : (fruitless + 1, pause * 2);
                furthest = Math.Max(furthest, part.Length);
                if (fruitless >= MaxFruitlessTries)
                {
                    throw;
                }
            }

            await Task.Delay(pause, time, cancellation);
        }
    }
}
