using System.Diagnostics;

namespace Serverless.LocalHost.Processes;

/// <summary>Whether a process that is not our child still runs.</summary>
internal static class Liveness
{
    /// <summary>False for one that ended and that nobody has collected yet, as happens in containers whose first process does not do so.</summary>
    public static bool IsAlive(int pid)
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                // "pid (name) state ...", and the name may have brackets and spaces of its own.
                var stat = File.ReadAllText($"/proc/{pid}/stat");
                return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
            }
            using var process = Process.GetProcessById(pid);
            return !process.HasExited;
        }
        catch (Exception gone) when (gone is ArgumentException or IOException)
        {
            return false;
        }
    }

    /// <summary>Waits until it is gone; false when it is not after <paramref name="patience"/>.</summary>
    public static bool WaitForEnd(Process process, TimeSpan patience)
    {
        for (var start = Stopwatch.GetTimestamp(); IsAlive(process.Id); process.WaitForExit(20))
            if (Stopwatch.GetElapsedTime(start) > patience)
                return false;
        return true;
    }
}
