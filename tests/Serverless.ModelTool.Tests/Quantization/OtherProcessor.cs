using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Serverless.ModelTool.Tests.Quantization;

/// <summary>
/// Runs a graph on a processor that this machine is not: a small C++ program over the very ONNX Runtime that is served with, inside QEMU's emulation of a
/// Haswell, which has AVX2 and neither AVX-512 nor VNNI.
/// </summary>
internal sealed class OtherProcessor : IDisposable
{
    private const string Emulator = "qemu-x86_64";
    private const string Compiler = "c++";
    private readonly TemporaryFolder _folder = new();
    private readonly string _program;

    private OtherProcessor(string headers)
    {
        var library = _folder.File("libonnxruntime.so.1");
        File.CreateSymbolicLink(library, Path.Combine(AppContext.BaseDirectory, "libonnxruntime.so"));
        _program = _folder.File("session");
        var source = TestFiles.InRepository("tests", "Serverless.ModelTool.Tests", "Quantization", "session.cc");
        Run(Compiler, "-O1", "-std=c++17", $"-I{headers}", source, library, $"-Wl,-rpath,{_folder.Path}", "-o", _program);
    }

    /// <summary>Makes it ready, or says why it cannot be had here.</summary>
    public static OtherProcessor? TryCreate(out string reasonWhenAbsent)
    {
        reasonWhenAbsent = $"needs Linux on x64, {Emulator} (Debian: qemu-user), {Compiler} and the headers of ONNX Runtime's package";
        var isHere = OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64 && IsInstalled(Emulator) && IsInstalled(Compiler);
        return isHere && Headers() is { } headers ? new(headers) : null;
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Runs a graph.</summary>
    /// <param name="graph">The graph's file.</param>
    /// <param name="emulated">Whether in the emulated processor, or in this machine's.</param>
    /// <param name="images">The images, one behind the other.</param>
    /// <param name="shape">Shape of what one run takes; its first number is the batch.</param>
    /// <returns>The first output of the first run, then that of the second, and so on.</returns>
    public float[] Run(string graph, bool emulated, float[] images, params long[] shape)
    {
        var (input, output) = (_folder.File("input"), _folder.File("output"));
        File.WriteAllBytes(input, MemoryMarshal.AsBytes(images.AsSpan()));
        string[] program = [_program, graph, input, output, .. shape.Select(length => $"{length}")];
        if (emulated)
        {
            Run(Emulator, ["-cpu", "Haswell", .. program]);
        }
        else
        {
            Run(program[0], program[1..]);
        }

        return MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(output)).ToArray();
    }

    private static string? Headers()
    {
        var root = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var headers = Path.Combine(root, "microsoft.ml.onnxruntime", OrtEnv.Instance().GetVersionString(), "build", "native", "include");
        return Directory.Exists(headers) ? headers : null;
    }

    private static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {error}");
    }
}
