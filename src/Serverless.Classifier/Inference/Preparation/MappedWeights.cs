using System.Globalization;
using System.Runtime.InteropServices;

namespace Serverless.Classifier.Inference.Preparation;

/// <summary>
/// Brings weights that ONNX Runtime has mapped into this process' page tables, in one call a mapping. Left to the first run, that would be a page fault for
/// each few pages, tens of thousands of them, on all of its threads, while everything else at a start wants to map memory too.
/// </summary>
internal static partial class MappedWeights
{
    // Linux, include/uapi/asm-generic/mman-common.h; the second since 5.14.
    private const int WillNeed = 3;
    private const int PopulateRead = 22;

    /// <summary>Reads ahead what is not in memory, then maps all of it. Where the system cannot do that, the first run will.</summary>
    /// <param name="files">Full paths of the weights files.</param>
    public static void Populate(IReadOnlySet<string> files)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        List<(nint Start, nuint Length)> mappings = [.. File.ReadLines("/proc/self/maps").Select(line => Mapping(line, files)).OfType<(nint, nuint)>()];
        foreach (var advice in new[] { WillNeed, PopulateRead })
        {
            foreach (var (start, length) in mappings)
            {
                _ = Advise(start, length, advice);
            }
        }
    }

    /// <summary>Reads a line as <c>7f0c-7f1c r--p 00000000 fe:00 4711   /models/vgg16/model.weights</c>; null where it maps another file.</summary>
    private static (nint Start, nuint Length)? Mapping(string line, IReadOnlySet<string> files)
    {
        var path = line.IndexOf('/', StringComparison.Ordinal);
        if (path < 0 || !files.Contains(line[path..]))
        {
            return null;
        }

        var dash = line.IndexOf('-', StringComparison.Ordinal);
        var start = nint.Parse(line.AsSpan(0, dash), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        var end = nint.Parse(line.AsSpan(dash + 1, line.IndexOf(' ', StringComparison.Ordinal) - dash - 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        return (start, (nuint)(end - start));
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint start, nuint length, int advice);
}
