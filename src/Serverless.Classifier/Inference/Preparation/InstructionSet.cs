using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Serverless.Classifier.Inference.Preparation;

/// <summary>
/// What the processor can do, as far as ONNX Runtime's kernels look at it. It is asked of the processor and not of .NET, whose answer can be changed by settings that
/// ONNX Runtime does not know.
/// </summary>
internal static class InstructionSet
{
    // Leaf 7 of CPUID, Intel's Software Developer's Manual, volume 2A, table 3-8.
    private static readonly (string Name, int Subleaf, int Register, int Bit)[] Extensions =
    [
        ("avx2", 0, 1, 5), ("avx512f", 0, 1, 16), ("avx512dq", 0, 1, 17), ("avx512bw", 0, 1, 30), ("avx512vl", 0, 1, 31), ("avx512vnni", 0, 2, 11),
        ("amxint8", 0, 3, 25), ("avxvnni", 1, 0, 4),
    ];

    private static readonly string[] Found = [.. Find()];

    /// <summary>Name of what this process runs on, for example <c>x64-avx2-avx512f-avx512vnni</c>: equal names, equal kernels.</summary>
    public static string Name { get; } = string.Join('-', [RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(), .. Found]);

    /// <summary>Whether four products of 8-bit numbers are added up in 32 bits by one instruction: int8 networks are twice as fast with it.</summary>
    public static bool HasVnni { get; } = Found.Contains("avx512vnni") || Found.Contains("avxvnni");

    private static IEnumerable<string> Find()
    {
        if (!X86Base.IsSupported || X86Base.CpuId(0, 0).Eax < 7)
        {
            yield break;
        }

        var leaves = new[] { X86Base.CpuId(7, 0), X86Base.CpuId(7, 1) };
        foreach (var (name, subleaf, register, bit) in Extensions)
        {
            var (eax, ebx, ecx, edx) = leaves[subleaf];
            if ((new[] { eax, ebx, ecx, edx }[register] >> bit & 1) != 0)
            {
                yield return name;
            }
        }

        // The processor may have what the operating system does not let programs use.
        if (System.Runtime.Intrinsics.Vector512.IsHardwareAccelerated)
        {
            yield return "zmm";
        }
    }
}
