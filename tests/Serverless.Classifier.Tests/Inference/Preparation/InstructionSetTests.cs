using Serverless.Classifier.Inference.Preparation;

namespace Serverless.Classifier.Tests.Inference.Preparation;

public class InstructionSetTests
{
    /// <summary>The kernel's own reading of the same processor.</summary>
    [Theory]
    [InlineData("avx2", "avx2")]
    [InlineData("avx512f", "avx512f")]
    [InlineData("avx512dq", "avx512dq")]
    [InlineData("avx512bw", "avx512bw")]
    [InlineData("avx512vl", "avx512vl")]
    [InlineData("avx512vnni", "avx512_vnni")]
    [InlineData("avxvnni", "avx_vnni")]
    [InlineData("amxint8", "amx_int8")]
    public void ItNamesWhatTheKernelNames(string extension, string flag)
    {
        var flags = KernelFlags();

        Assert.Equal(flags.Contains(flag), InstructionSet.Name.Split('-').Contains(extension));
    }

    [Fact]
    public void VnniIsThereWhereEitherFormOfItIs()
    {
        var flags = KernelFlags();

        Assert.Equal(flags.Contains("avx512_vnni") || flags.Contains("avx_vnni"), InstructionSet.HasVnni);
    }

    private static HashSet<string> KernelFlags()
    {
        const string CpuInfo = "/proc/cpuinfo";
        Assert.SkipUnless(File.Exists(CpuInfo), "only Linux lists the processor's extensions in a file");
        var line = File.ReadLines(CpuInfo).FirstOrDefault(line => line.StartsWith("flags", StringComparison.Ordinal));
        Assert.SkipWhen(line is null, "not an x86 processor");
        return [.. line.Split(':')[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)];
    }
}
