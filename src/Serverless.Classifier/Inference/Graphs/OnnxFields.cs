namespace Serverless.Classifier.Inference.Graphs;

/// <summary>Field numbers of onnx.proto (onnx/onnx, Apache-2.0, https://github.com/onnx/onnx/blob/v1.17.0/onnx/onnx.proto).</summary>
internal static class OnnxFields
{
    public const int ModelGraph = 7;
    public const int ModelMetadata = 14;

    public const int GraphNode = 1;
    public const int GraphInitializer = 5;
    public const int GraphOutput = 12;
    public const int ValueName = 1;

    public const int NodeInput = 1;
    public const int NodeOperator = 4;
    public const int NodeAttribute = 5;
    public const int AttributeName = 1;
    public const int AttributeInteger = 3;

    public const int TensorShape = 1;
    public const int TensorDataType = 2;
    public const int TensorName = 8;
    public const int TensorExternalData = 13;

    /// <summary>Of an entry of <see cref="TensorExternalData"/> or <see cref="ModelMetadata"/>.</summary>
    public const int EntryKey = 1;

    /// <inheritdoc cref="EntryKey"/>
    public const int EntryValue = 2;
}
