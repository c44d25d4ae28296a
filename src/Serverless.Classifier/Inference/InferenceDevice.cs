namespace Serverless.Classifier.Inference;

/// <summary>Where sessions run.</summary>
public enum InferenceDevice
{
    /// <summary>CUDA where it works, the CPU elsewhere; the log says which.</summary>
    Auto,

    /// <summary>The CPU.</summary>
    Cpu,

    /// <summary>CUDA; a machine without it is an error at start, never a silent fall-back.</summary>
    Cuda,
}
