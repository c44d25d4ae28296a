using Microsoft.ML.OnnxRuntime;

namespace Serverless.Classifier.Inference;

/// <summary>Which device a session gets.</summary>
internal static class ExecutionProviders
{
    private const string Cuda = "CUDAExecutionProvider";

    /// <summary>Why CUDA cannot be used on this machine; null when it can.</summary>
    public static string? CudaProblem()
    {
        if (!OrtEnv.Instance().GetAvailableProviders().Contains(Cuda))
        {
            return "this build carries ONNX Runtime for the CPU only (publish with the CUDA variant, or set the device to cpu or auto)";
        }

        try
        {
            using var options = new SessionOptions();
            options.AppendExecutionProvider_CUDA();
            return null;
        }
        catch (OnnxRuntimeException exception)
        {
            return $"CUDA does not start on this machine ({exception.Message.ReplaceLineEndings(" ").Trim()})";
        }
    }

    /// <summary>Which device a setting becomes on this machine.</summary>
    /// <exception cref="InvalidOperationException">CUDA was asked for and is not there.</exception>
    public static InferenceDevice Resolve(InferenceDevice wanted)
    {
        if (wanted == InferenceDevice.Cpu)
        {
            return InferenceDevice.Cpu;
        }

        if (CudaProblem() is { } problem)
        {
            return wanted == InferenceDevice.Auto
                ? InferenceDevice.Cpu
                : throw new InvalidOperationException($"The device cuda was asked for, but {problem}.");
        }

        return InferenceDevice.Cuda;
    }

    /// <summary>Lets a session run on a device.</summary>
    public static void Append(SessionOptions options, InferenceDevice device)
    {
        if (device == InferenceDevice.Cuda)
        {
            options.AppendExecutionProvider_CUDA();
        }
    }
}
