using Serverless.ModelTool.Quantization.Calibration;

namespace Serverless.ModelTool.Quantization;

/// <summary>What the user may say of a quantization.</summary>
internal sealed record QuantizationOptions
{
    /// <summary>The methods to choose from by measured error.</summary>
    public IReadOnlyList<CalibrationMethod> Methods { get; init; } = Enum.GetValues<CalibrationMethod>();

    /// <summary>Bits of a dense layer's weight; null: 4 for the large layers, 8 for those that are small or give the classes.</summary>
    public int? DenseBits { get; init; }

    /// <summary>Layers that stay float32.</summary>
    public IReadOnlyCollection<string> KeepFloat { get; init; } = [];
}
