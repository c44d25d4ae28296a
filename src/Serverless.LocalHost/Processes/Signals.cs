using System.Runtime.InteropServices;

namespace Serverless.LocalHost.Processes;

/// <summary>How a process is ended.</summary>
internal enum EndSignal
{
    /// <summary>At once.</summary>
    Kill,

    /// <summary>With time to write what it holds in memory.</summary>
    Terminate,
}

/// <summary>Asks a process to end, so that it can write what it holds in memory.</summary>
internal static partial class Signals
{
    private const int Termination = 15;

    public static void Terminate(int processId)
    {
        if (!OperatingSystem.IsWindows())
            _ = Kill(processId, Termination);
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);
}
