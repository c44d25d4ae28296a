using System.Buffers;
using Serverless.ModelTool.Keras;
using Serverless.ModelTool.Onnx;

namespace Serverless.ModelTool.Conversion;

/// <summary>One tensor of the graph: where it comes from, and in which order its values are to lie.</summary>
/// <param name="Source">The tensor in Keras's layout.</param>
/// <param name="Dimensions">Its dimensions in the graph.</param>
internal abstract record WeightTensor(KerasTensor Source, long[] Dimensions)
{
    /// <summary>Values that are in memory at a time; 4 MiB.</summary>
    private const int ChunkLength = 1 << 20;

    /// <summary>Bytes in the weights file.</summary>
    public long Length => Source.Length * sizeof(float);

    /// <summary>Writes the values in the graph's order.</summary>
    /// <param name="file">The weights file.</param>
    /// <param name="offset">Where the tensor starts in it, in bytes.</param>
    /// <param name="cancellation">Ends the work early.</param>
    public abstract void Write(WeightsFile file, long offset, CancellationToken cancellation);

    /// <summary>Reads the source in pieces of whole rows, as many at a time as it allows.</summary>
    /// <param name="write">Receives the index of the first row and the rows.</param>
    /// <param name="cancellation">Ends the work early.</param>
    protected void ForEachChunk(Action<int, ReadOnlyMemory<float>> write, CancellationToken cancellation)
    {
        var rows = Math.Max(1, ChunkLength / Source.RowLength);
        var chunks = (Source.Shape[0] + rows - 1) / rows;
        var options = new ParallelOptions { MaxDegreeOfParallelism = Source.MaxReaders, CancellationToken = cancellation };
        Parallel.For(0, chunks, options, chunk =>
        {
            var first = chunk * rows;
            var length = Math.Min(rows, Source.Shape[0] - first) * Source.RowLength;
            using var buffer = MemoryPool<float>.Shared.Rent(length);
            Source.ReadRows(first, buffer.Memory[..length]);
            write(first, buffer.Memory[..length]);
        });
    }
}

/// <summary>A bias, or a dense kernel that keeps its (in, out): <c>Gemm</c> takes it so with <c>transB = 0</c>.</summary>
internal sealed record UnchangedTensor(KerasTensor Source) : WeightTensor(Source, [.. Source.Shape])
{
    public override void Write(WeightsFile file, long offset, CancellationToken cancellation) => ForEachChunk(
        (first, rows) => file.Write(offset + ((long)first * Source.RowLength * sizeof(float)), rows.Span), cancellation);
}

/// <summary>A convolution's kernel: Keras's (height, width, in, out) becomes ONNX's (out, in, height, width).</summary>
internal sealed record ConvolutionKernel(KerasTensor Source)
    : WeightTensor(Source, [Source.Shape[3], Source.Shape[2], Source.Shape[0], Source.Shape[1]])
{
    public override void Write(WeightsFile file, long offset, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var (window, inputs, outputs) = (Source.Shape[0] * Source.Shape[1], Source.Shape[2], Source.Shape[3]);
        var from = Source.ReadAll();
        var to = new float[from.Length];
        for (var position = 0; position < window; position++)
        {
            for (var input = 0; input < inputs; input++)
            {
                var row = from.AsSpan(((position * inputs) + input) * outputs, outputs);
                for (var output = 0; output < outputs; output++)
                {
                    to[(((output * inputs) + input) * window) + position] = row[output];
                }
            }
        }

        file.Write(offset, to);
    }
}

/// <summary>
/// The kernel of the dense layer after the flattening. Keras flattens height, width, channel; the graph computes and flattens channel, height, width. The rows
/// change places here, once, so that no image pays for a transposition.
/// </summary>
internal sealed record DenseKernelAfterFlatten(KerasTensor Source, int Channels) : WeightTensor(Source, [.. Source.Shape])
{
    public override void Write(WeightsFile file, long offset, CancellationToken cancellation)
    {
        var positions = Source.Shape[0] / Channels;
        ForEachChunk(
            (first, rows) =>
            {
                for (var row = 0; row < rows.Length / Source.RowLength; row++)
                {
                    var (position, channel) = Math.DivRem(first + row, Channels);
                    var target = ((long)channel * positions) + position;
                    file.Write(offset + (target * Source.RowLength * sizeof(float)), rows.Span.Slice(row * Source.RowLength, Source.RowLength));
                }
            },
            cancellation);
    }
}
