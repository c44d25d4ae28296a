using System.Globalization;

namespace Serverless.Benchmarks.Machine;

/// <summary>What of a process lies in memory, as the kernel counts it.</summary>
/// <param name="AnonymousMiB">Its own: heaps, stacks, copies (<c>RssAnon</c>).</param>
/// <param name="FileMiB">Mapped from files and dropped at need: programs, libraries, mapped weights (<c>RssFile</c>).</param>
internal sealed record ProcessMemory(double AnonymousMiB, double FileMiB)
{
    private const double KibInMiB = 1024;

    /// <summary>Reads a process's memory of this moment.</summary>
    public static ProcessMemory Of(int pid) => Parse(File.ReadLines($"/proc/{pid}/status"));

    /// <summary>Reads the lines of <c>/proc/PID/status</c> (<c>man 5 proc_pid_status</c>).</summary>
    /// <exception cref="FormatException">A line that is needed is missing.</exception>
    internal static ProcessMemory Parse(IEnumerable<string> lines)
    {
        var kib = lines.Select(line => line.Split([':', ' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
            .Where(parts => parts is ["RssAnon" or "RssFile", _, "kB"])
            .ToDictionary(parts => parts[0], parts => double.Parse(parts[1], CultureInfo.InvariantCulture));
        return kib.Count == 2
            ? new ProcessMemory(kib["RssAnon"] / KibInMiB, kib["RssFile"] / KibInMiB)
            : throw new FormatException("The kernel tells neither RssAnon nor RssFile: it is older than 4.5, or this is no Linux.");
    }
}
