namespace Serverless.ModelTool.Quantization.Calibration;

/// <summary>How an activation becomes an unsigned byte: <c>q = clamp(round(x / Scale) + ZeroPoint, 0, 255)</c>.</summary>
/// <param name="Scale">What one step is worth; above 0.</param>
/// <param name="ZeroPoint">The byte that stands for 0, which every tensor has exactly: padding is made of it.</param>
internal readonly record struct ActivationScale(float Scale, byte ZeroPoint)
{
    /// <summary>The number of steps between the lowest and the highest level.</summary>
    public const int Steps = byte.MaxValue;

    /// <summary>Covers a range with 256 levels; 0 is taken into it.</summary>
    public static ActivationScale Covering(float min, float max)
    {
        var (low, high) = (Math.Min((double)min, 0), Math.Max((double)max, 0));
        var scale = (float)((high - low) / Steps);
        // A tensor that is always 0, or so near it that the step has no float: any scale is right.
        return float.IsNormal(scale) ? new(scale, (byte)Math.Clamp(Math.Round(-low / scale), 0, Steps)) : new(1, 0);
    }
}
