namespace Serverless.Classifier.Tests.Inference;

/// <summary>
/// An ONNX graph of one node that can be checked in one's head: class c's score is the mean of colour channel c. Written byte by byte
/// (protobuf, field numbers of onnx.proto3), so that inputs and outputs of every shape can be had.
/// </summary>
internal sealed record TinyGraph
{
    public const int Float = 1;
    public const int Int64 = 7;

    /// <summary>Dimensions of the input; 0 for a free one.</summary>
    public required long[] Input { get; init; }

    /// <summary>Axes that the mean goes over.</summary>
    public required long[] MeanAxes { get; init; }

    /// <summary>Whether the mean leaves axes of length 1, as global average pooling does.</summary>
    public bool KeepAxes { get; init; }

    public int InputType { get; init; } = Float;

    /// <summary>
    /// Whether the mean is multiplied with a weight of 1 that is listed among the inputs too, as graphs of ONNX's first versions have all of theirs.
    /// </summary>
    public bool HasWeightAmongInputs { get; init; }

    /// <summary>Names of the outputs; all but the first repeat it.</summary>
    public string[] Outputs { get; init; } = ["scores"];

    public byte[] ToBytes() => Protobuf.Message(model =>
    {
        model.Number(1, 8); // ir_version
        model.Nested(8, opset => opset.Number(2, 17)); // opset_import
        model.Nested(7, graph =>
        {
            graph.Nested(1, node =>
            {
                node.Text(1, "image");
                node.Text(2, HasWeightAmongInputs ? "mean" : Outputs[0]);
                node.Text(4, "ReduceMean");
                node.Nested(5, axes =>
                {
                    axes.Text(1, "axes");
                    axes.Number(20, 7);
                    Array.ForEach(MeanAxes, axis => axes.Number(8, axis));
                });
                node.Nested(5, keep =>
                {
                    keep.Text(1, "keepdims");
                    keep.Number(20, 2);
                    keep.Number(3, KeepAxes ? 1 : 0);
                });
            });
            if (HasWeightAmongInputs)
            {
                graph.Nested(1, node =>
                {
                    node.Text(1, "mean");
                    node.Text(1, "weight");
                    node.Text(2, Outputs[0]);
                    node.Text(4, "Mul");
                });
                graph.Nested(5, weight =>
                {
                    weight.Number(1, 1); // dims
                    weight.Number(2, Float);
                    weight.Text(8, "weight");
                    weight.Bytes(9, BitConverter.GetBytes(1f));
                });
            }

            foreach (var extra in Outputs.Skip(1))
            {
                graph.Nested(1, node =>
                {
                    node.Text(1, Outputs[0]);
                    node.Text(2, extra);
                    node.Text(4, "Identity");
                });
            }

            graph.Text(2, "tiny");
            graph.Nested(11, input => Value(input, "image", InputType, Input));
            if (HasWeightAmongInputs)
            {
                graph.Nested(11, input => Value(input, "weight", Float, [1]));
            }

            foreach (var output in Outputs)
            {
                graph.Nested(12, value => Value(value, output, InputType, OutputShape()));
            }
        });
    });

    private long[] OutputShape() =>
        KeepAxes
            ? [.. Input.Select((length, axis) => MeanAxes.Contains(axis) ? 1 : length)]
            : [.. Input.Where((_, axis) => !MeanAxes.Contains(axis))];

    private static void Value(Protobuf value, string name, int type, long[] shape)
    {
        value.Text(1, name);
        value.Nested(2, typeProto => typeProto.Nested(1, tensor =>
        {
            tensor.Number(1, type);
            tensor.Nested(2, dims =>
            {
                foreach (var length in shape)
                {
                    dims.Nested(1, dim =>
                    {
                        if (length > 0)
                        {
                            dim.Number(1, length);
                        }
                        else
                        {
                            dim.Text(2, "free");
                        }
                    });
                }
            });
        }));
    }
}
