using Serverless.Classifier.Imaging;
using Serverless.Classifier.Inference;

namespace Serverless.Classifier;

/// <summary>The settings <c>Classifier__*</c>.</summary>
public sealed class ClassifierOptions
{
    /// <summary>The configuration section that holds them.</summary>
    public const string Section = "Classifier";

    /// <summary>The model that answers when a caller names none. <value><c>efficientnet-lite0</c> by default.</value></summary>
    public string Model { get; set; } = "efficientnet-lite0";

    /// <summary>The folder with a folder a model; relative paths start at the program's folder. <value><c>models</c> by default.</value></summary>
    public string ModelsPath { get; set; } = "models";

    /// <summary>Where sessions run. <value><see cref="InferenceDevice.Auto"/> by default.</value></summary>
    public InferenceDevice Device { get; set; } = InferenceDevice.Auto;

    /// <summary>
    /// Runs of a network at the same time. 0 chooses by load: one with every core while few images wait, one with one thread a core in a crowd. 1 keeps to one
    /// with every core; a greater number has at most so many with one thread. <value>0 by default; 0 to 64.</value>
    /// </summary>
    public int MaxConcurrency { get; set; }

    /// <summary>
    /// Images that may be inside beside the first (beside the first <see cref="MaxConcurrency"/> where that is greater); one more is refused.
    /// <value>64 by default; 0 to 10,000.</value>
    /// </summary>
    public int MaxWaiting { get; set; } = 64;

    /// <summary>The most images in one run, where a batch gains something; 1 keeps to single images. <value>8 by default; 1 to 256.</value></summary>
    public int MaxBatch { get; set; } = 8;

    /// <summary>
    /// Milliseconds that an image is held up at most for others that are being decoded, so that a batch gets fuller; 0 holds none up.
    /// <value>5 by default; 0 to 1,000.</value>
    /// </summary>
    public double MaxBatchDelayMilliseconds { get; set; } = 5;

    /// <summary>
    /// Minutes after which the memory of a model that nobody has used is given back; 0 keeps it. The default model always stays.
    /// <value>30 by default; 0 to 10,080 (a week).</value>
    /// </summary>
    public double IdleMinutes { get; set; } = 30;

    /// <summary>
    /// Whether a large model that nobody has prepared for this machine is prepared after its first load, where its folder can be written, so that the next start is
    /// quick. <value><c>true</c> by default.</value>
    /// </summary>
    public bool PrepareModels { get; set; } = true;

    /// <summary>Encoded size in bytes. <value>32 MiB by default; 1 to 1 GiB.</value></summary>
    public long MaxImageBytes { get => Limits.MaxImageBytes; set => Limits.MaxImageBytes = value; }

    /// <summary>Width times height. <value>64,000,000 by default; 1 to 1,000,000,000.</value></summary>
    public long MaxPixels { get => Limits.MaxPixels; set => Limits.MaxPixels = value; }

    /// <summary>Width times height of what is decoded whole, such as progressive JPEG. <value>24,000,000 by default; 1 to 1,000,000,000.</value></summary>
    public long MaxWholePicturePixels { get => Limits.MaxWholePicturePixels; set => Limits.MaxWholePicturePixels = value; }

    /// <summary>Width or height in pixels. <value>16,384 by default; 1 to 65,535.</value></summary>
    public int MaxSide { get => Limits.MaxSide; set => Limits.MaxSide = value; }

    /// <summary>Seconds for one decode. <value>10 by default; 0.1 to 600.</value></summary>
    public double DecodeTimeoutSeconds { get => Limits.DecodeTimeout.TotalSeconds; set => Limits.DecodeTimeout = TimeSpan.FromSeconds(value); }

    /// <summary>The limits of a single image.</summary>
    internal ImageLimits Limits { get; } = new();
}
