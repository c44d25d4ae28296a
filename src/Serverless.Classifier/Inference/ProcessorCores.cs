using System.Globalization;

namespace Serverless.Classifier.Inference;

/// <summary>How many cores a run of a network may compute on.</summary>
/// <remarks>
/// ONNX Runtime counts for itself and errs both ways: it takes all cores of the machine where a container has a share of them, and took one of two where a virtual machine hides
/// how its processor is built. Two threads of one core share what computes: a second one gains next to nothing.
/// </remarks>
internal static class ProcessorCores
{
    /// <summary>Cores of this machine that this process may use, 1 or more; 0 where the system does not say and ONNX Runtime has to find out.</summary>
    public static int Count { get; } = OperatingSystem.IsLinux() ? CountIn("/sys/devices/system/cpu", "/proc/self/status", Environment.ProcessorCount) : 0;

    /// <summary>Counts from what Linux says.</summary>
    /// <param name="processors">Folder with a folder for each processor, a thread of a core.</param>
    /// <param name="status">File that names the processors that this process may use.</param>
    /// <param name="share">How many processors' time this process may use.</param>
    public static int CountIn(string processors, string status, int share)
    {
        try
        {
            const string Allowed = "Cpus_allowed_list:";
            var allowed = File.ReadLines(status).First(line => line.StartsWith(Allowed, StringComparison.Ordinal))[Allowed.Length..];
            var cores = Numbers(allowed)
                .Select(processor => File.ReadAllText(Path.Combine(processors, $"cpu{processor}", "topology", "thread_siblings_list")))
                .Distinct().Count();
            return Math.Min(cores, share);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidOperationException or FormatException)
        {
            return 0;
        }
    }

    /// <summary>Reads a list such as <c>0-2,8</c>.</summary>
    private static IEnumerable<int> Numbers(string list)
    {
        foreach (var range in list.Split(','))
        {
            var ends = range.Split('-');
            var last = int.Parse(ends[^1], CultureInfo.InvariantCulture);
            for (var number = int.Parse(ends[0], CultureInfo.InvariantCulture); number <= last; number++)
            {
                yield return number;
            }
        }
    }
}
