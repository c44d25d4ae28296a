using System.Runtime.InteropServices;
using Serverless.Benchmarks.Machine;

namespace Serverless.Benchmarks.Tests.Machine;

public class MachineFactsTests
{
    [Fact]
    public void TheProcessorsNameIsThatOfTheFirstOne() =>
        Assert.Equal("AMD EPYC 9B45", MachineFacts.ProcessorName(["processor\t: 0", "model name\t: AMD EPYC 9B45", "model name\t: another"]));

    [Fact]
    public void AProcessorMayHaveNoName() => Assert.Null(MachineFacts.ProcessorName(["processor\t: 0", "BogoMIPS\t: 243.75"]));

    /// <summary>The kernel reads the same bits with code of its own.</summary>
    [Fact]
    public void TheKernelSaysTheSameOfTheInstructionSet()
    {
        Assert.SkipUnless(RuntimeInformation.ProcessArchitecture == Architecture.X64, "the names of the flags are those of x64");
        var flags = File.ReadLines("/proc/cpuinfo").First(line => line.StartsWith("flags", StringComparison.Ordinal)).Split(' ');

        var facts = MachineFacts.Read(TimeProvider.System);

        Assert.Equal(flags.Contains("avx512_vnni") || flags.Contains("avx_vnni"), facts.Vnni);
        Assert.Equal(flags.Contains("avx512f"), facts.Avx512);
    }
}
