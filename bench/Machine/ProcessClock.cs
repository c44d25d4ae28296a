using System.Globalization;
using System.Runtime.InteropServices;

namespace Serverless.Benchmarks.Machine;

/// <summary>
/// The clock by which the kernel notes when a process began, so that a start can be timed whoever made it. The kernel notes it in hundredths of a second, rounded down:
/// an elapsed time is up to 10 ms too long, for every process alike.
/// </summary>
internal static partial class ProcessClock
{
    private const int BootTime = 7; // CLOCK_BOOTTIME, what field 22 of /proc/PID/stat counts in
    private const int TicksPerSecond = 100; // sysconf(_SC_CLK_TCK): USER_HZ is 100 on x64 and arm64

    /// <summary>Milliseconds since the machine was started.</summary>
    public static double Now() => GetTime(BootTime, out var time) == 0
        ? time.Seconds * 1e3 + time.Nanoseconds / 1e6
        : throw new InvalidOperationException($"There is no CLOCK_BOOTTIME: error {Marshal.GetLastPInvokeError()}.");

    /// <summary>When a process began, in milliseconds since the machine was started.</summary>
    public static double StartOf(int pid) => ParseStart(File.ReadAllText($"/proc/{pid}/stat"));

    /// <summary>Reads field 22 of <c>/proc/PID/stat</c> (<c>man 5 proc_pid_stat</c>); field 2, the program's name, may hold blanks and brackets.</summary>
    internal static double ParseStart(string stat) =>
        double.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[22 - 3], CultureInfo.InvariantCulture) * 1000 / TicksPerSecond;

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static partial int GetTime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
