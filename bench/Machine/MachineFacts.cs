using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Microsoft.ML.OnnxRuntime;
using Serverless.Classifier.Inference.Preparation;

namespace Serverless.Benchmarks.Machine;

/// <summary>Where the figures were taken.</summary>
/// <param name="Processor">Its name, as the kernel tells it.</param>
/// <param name="Cores">Cores that this process may use.</param>
/// <param name="MemoryGiB">The machine's memory.</param>
/// <param name="Vnni">Whether it multiplies int8 without saturating in between (AVX-512 VNNI or AVX VNNI).</param>
/// <param name="Avx512">Whether it has AVX-512.</param>
/// <param name="System">The operating system.</param>
/// <param name="Runtime">The version of .NET.</param>
/// <param name="OnnxRuntime">The version of ONNX Runtime that the app has.</param>
/// <param name="TakenAt">When, in UTC.</param>
internal sealed record MachineFacts(
    string Processor, int Cores, double MemoryGiB, bool Vnni, bool Avx512, string System, string Runtime, string OnnxRuntime, DateTimeOffset TakenAt)
{
    public static MachineFacts Read(TimeProvider time) => new(
        ProcessorName(File.ReadLines("/proc/cpuinfo")) ?? RuntimeInformation.ProcessArchitecture.ToString(),
        Environment.ProcessorCount,
        Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30), 1),
        InstructionSet.HasVnni,
        Avx512F.IsSupported,
        RuntimeInformation.OSDescription,
        RuntimeInformation.FrameworkDescription,
        OrtEnv.Instance().GetVersionString(),
        time.GetUtcNow());

    /// <summary>In a sentence's part.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Processor}, {Cores} cores{(Avx512 ? " with AVX-512" : "")}{(Vnni ? " and VNNI" : ", without VNNI")}, {MemoryGiB:F0} GiB, ONNX Runtime {OnnxRuntime}, {Runtime}, {TakenAt:yyyy-MM-dd}");

    /// <summary>The name in the lines of <c>/proc/cpuinfo</c>; null where there is none.</summary>
    internal static string? ProcessorName(IEnumerable<string> lines) =>
        lines.Where(line => line.StartsWith("model name", StringComparison.Ordinal)).Select(line => line.Split(':', 2)[1].Trim()).FirstOrDefault();
}
