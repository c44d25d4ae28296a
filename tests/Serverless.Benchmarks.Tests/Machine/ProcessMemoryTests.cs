using Serverless.Benchmarks.Machine;

namespace Serverless.Benchmarks.Tests.Machine;

public class ProcessMemoryTests
{
    /// <summary>Lines of the example in the kernel's documentation (Documentation/filesystems/proc.rst).</summary>
    private const string Status = "Name:\tcat\nVmPeak:\t    5004 kB\nVmHWM:\t     476 kB\nVmRSS:\t     476 kB\nRssAnon:\t             352 kB\nRssFile:\t             120 kB\nRssShmem:\t              4 kB\nThreads:\t1";

    [Fact]
    public void TheKernelsNumbersAreKibibytes() => Assert.Equal(new ProcessMemory(352 / 1024.0, 120 / 1024.0), ProcessMemory.Parse(Status.Split('\n')));

    [Fact]
    public void AKernelThatDoesNotTellThemIsAnErrorAndNotZero() =>
        Assert.Throws<FormatException>(() => ProcessMemory.Parse(["Name:\tcat", "VmRSS:\t     476 kB"]));

    [Fact]
    public void MemoryThatIsWrittenToIsAnonymous()
    {
        var before = ProcessMemory.Of(Environment.ProcessId).AnonymousMiB;
        var block = GC.AllocateUninitializedArray<byte>(256 << 20, pinned: true);
        block.AsSpan().Fill(1);

        Assert.InRange(ProcessMemory.Of(Environment.ProcessId).AnonymousMiB - before, 200, double.MaxValue);
        GC.KeepAlive(block);
    }
}
