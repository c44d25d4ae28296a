using System.Buffers;
using Serverless.ModelTool.Keras;
using Serverless.ModelTool.Onnx;

namespace Serverless.ModelTool.Conversion.Weights;

/// <summary>A large tensor: where it comes from, in which order its values are to lie, and what each output's are multiplied with.</summary>
/// <param name="Source">The tensor in Keras's layout, its outputs last.</param>
/// <param name="Dimensions">Its dimensions in the graph.</param>
internal abstract record KernelTensor(KerasTensor Source, long[] Dimensions) : WeightTensor(Source.Name, Dimensions)
{
    /// <summary>Values that are in memory at a time; 4 MiB.</summary>
    private const int ChunkLength = 1 << 20;

    /// <summary>A factor for each output; null for none.</summary>
    public double[]? Scale { get; init; }

    /// <summary>The same with each output multiplied once more.</summary>
    public KernelTensor Scaled(double[] factors) =>
        this with { Scale = Scale is null ? factors : [.. Scale.Zip(factors, (one, other) => one * other)] };

    /// <summary>Reads the source in pieces of whole rows, as many at a time as it allows, and multiplies.</summary>
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
            Multiply(buffer.Memory.Span[..length]);
            write(first, buffer.Memory[..length]);
        });
    }

    /// <summary>The outputs vary fastest: all that follow each other belong to outputs that follow each other.</summary>
    protected void Multiply(Span<float> values)
    {
        if (Scale is null)
        {
            return;
        }

        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)(values[i] * Scale[i % Scale.Length]);
        }
    }
}

/// <summary>A dense kernel that keeps its (in, out): <c>Gemm</c> takes it so with <c>transB = 0</c>.</summary>
internal sealed record DenseKernel(KerasTensor Source) : KernelTensor(Source, [.. Source.Shape.Select(dimension => (long)dimension)])
{
    public override void Write(WeightsFile file, long offset, CancellationToken cancellation) => ForEachChunk(
        (first, rows) => file.Write(offset + ((long)first * Source.RowLength * sizeof(float)), rows.Span), cancellation);
}

/// <summary>
/// The kernel of the dense layer after the flattening. Keras flattens height, width, channel; the graph computes and flattens channel, height, width. The rows
/// change places here, once, so that no image pays for a transposition.
/// </summary>
internal sealed record DenseKernelAfterFlatten(KerasTensor Source, int Channels) : KernelTensor(Source, [.. Source.Shape.Select(dimension => (long)dimension)])
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

/// <summary>A convolution's kernel: Keras's (rows, columns, in, out) becomes ONNX's (out, in, rows, columns).</summary>
/// <remarks>A dense layer that is applied to each place of a map is a convolution with one place: its (in, out) is taken as (1, 1, in, out).</remarks>
internal sealed record ConvolutionKernel(KerasTensor Source) : KernelTensor(Source, DimensionsOf(Source.Shape))
{
    public override void Write(WeightsFile file, long offset, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var (window, inputs, outputs) = ((int)(Dimensions[2] * Dimensions[3]), (int)Dimensions[1], (int)Dimensions[0]);
        var from = Source.ReadAll();
        Multiply(from);
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

    private static long[] DimensionsOf(IReadOnlyList<int> shape) => shape.Count == 2 ? [shape[1], shape[0], 1, 1] : [shape[3], shape[2], shape[0], shape[1]];
}

/// <summary>
/// A depthwise kernel: Keras's (rows, columns, in, multiplier) becomes ONNX's (in x multiplier, 1, rows, columns) with as many groups as inputs.
/// </summary>
internal sealed record DepthwiseKernel(KerasTensor Source)
    : KernelTensor(Source, [(long)Source.Shape[2] * Source.Shape[3], 1, Source.Shape[0], Source.Shape[1]])
{
    public override void Write(WeightsFile file, long offset, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var (window, outputs) = (Source.Shape[0] * Source.Shape[1], Source.Shape[2] * Source.Shape[3]);
        var from = Source.ReadAll();
        Multiply(from);
        var to = new float[from.Length];
        for (var position = 0; position < window; position++)
        {
            for (var output = 0; output < outputs; output++)
            {
                to[(output * window) + position] = from[(position * outputs) + output];
            }
        }

        file.Write(offset, to);
    }
}
