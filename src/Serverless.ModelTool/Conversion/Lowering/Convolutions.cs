using Serverless.ModelTool.Conversion.Weights;
using Serverless.ModelTool.Keras;
using Serverless.ModelTool.Topology;

namespace Serverless.ModelTool.Conversion.Lowering;

/// <content>Layers with a kernel.</content>
internal sealed partial class NetworkCompiler
{
    private static Node Lower(Convolution layer, Place here)
    {
        var input = here.Map;
        if (input.Shape.Channels % layer.Groups != 0 || layer.Filters % layer.Groups != 0)
        {
            throw here.Refused($"has {layer.Groups} groups, which do not divide {input.Shape.Channels} channels in and {layer.Filters} out");
        }

        var (kernel, bias) = KernelAndBias(
            here,
            new("kernel", layer.Kernel.Rows, layer.Kernel.Columns, input.Shape.Channels / layer.Groups, layer.Filters),
            layer.HasBias,
            $"{input.Shape.Channels} channels come in");
        return Convolve(here, input, layer, new ConvolutionKernel(kernel), bias, layer.Groups);
    }

    private static Node Lower(DepthwiseConvolution layer, Place here)
    {
        var input = here.Map;
        var because = $"{input.Shape.Channels} channels come in";
        var kernelWanted = new WantedTensor("kernel", layer.Kernel.Rows, layer.Kernel.Columns, input.Shape.Channels, layer.Multiplier);
        var tensors = here.Weights(because, Listed(kernelWanted, layer.HasBias, input.Shape.Channels * layer.Multiplier));
        var kernel = new DepthwiseKernel(tensors[0]);
        return Convolve(here, input, layer, kernel, layer.HasBias ? Place.Vector(tensors[1]) : null, input.Shape.Channels);
    }

    private static Node Lower(SeparableConvolution layer, Place here)
    {
        var input = here.Map;
        var between = input.Shape.Channels * layer.Multiplier;
        var tensors = here.Weights(
            $"{input.Shape.Channels} channels come in",
            [
                new("depthwise_kernel", layer.Kernel.Rows, layer.Kernel.Columns, input.Shape.Channels, layer.Multiplier),
                .. Listed(new("pointwise_kernel", 1, 1, between, layer.Filters), layer.HasBias, layer.Filters),
            ]);
        var depthwise = Convolve(here, input, layer, new DepthwiseKernel(tensors[0]), bias: null, input.Shape.Channels, "depthwise");
        var bias = layer.HasBias ? Place.Vector(tensors[2]) : null;
        return Convolve(here, depthwise, new Convolution(layer.Filters, Window.One), new ConvolutionKernel(tensors[1]), bias, groups: 1);
    }

    private static Node Lower(Dense layer, Place here)
    {
        var input = here.Input;
        var shape = input.Shape;
        var because = input.ChannelsFirstOf is { } map
            ? $"an input of this size leaves {map.Rows} x {map.Columns} x {map.Channels} values; if the network takes another size, say so with --input-size"
            : $"{shape.Channels} values come in";
        var (kernel, bias) = KernelAndBias(here, new("kernel", shape.Channels, layer.Units), layer.HasBias, because);
        var units = kernel.Shape[^1];
        switch (shape.Rank)
        {
            case 1:
                return new("Gemm", here.Name, [input], new(units))
                {
                    Parameters = WithBias(input.ChannelsFirstOf is { } from ? new DenseKernelAfterFlatten(kernel, from.Channels) : new DenseKernel(kernel), bias),
                };
            case 3:
                return Convolve(here, input, new Convolution(units, Window.One), new ConvolutionKernel(kernel), bias, groups: 1);
            default:
                var result = new Extent([.. shape.Dimensions.SkipLast(1), units]);
                var product = new Node("MatMul", here.Name, [input], result) { Parameters = [new DenseKernel(kernel)] };
                return bias is null ? product : new("Add", here.Unique("biased"), [product], result) { Parameters = [bias] };
        }
    }

    private static Node Convolve(Place here, Node input, Sliding layer, KernelTensor kernel, WeightTensor? bias, int groups, string? suffix = null)
    {
        var margins = layer.Padding.For(input.Shape.Rows, input.Shape.Columns, layer.Kernel, layer.Strides, layer.Dilation);
        return new("Conv", suffix is null ? here.Name : here.Unique(suffix), [input], Slide(input.Shape, layer, margins, (int)kernel.Dimensions[0]))
        {
            Parameters = WithBias(kernel, bias),
            Attributes = [.. Attributes(layer, margins), .. groups == 1 ? Array.Empty<(string, object)>() : [("group", (long)groups)]],
        };
    }

    private static (KerasTensor Kernel, ComputedTensor? Bias) KernelAndBias(Place here, WantedTensor kernel, bool hasBias, string because)
    {
        // The bias is as long as the kernel has outputs, whatever the architecture says.
        var tensors = here.Weights(because, Listed(kernel, hasBias, kernel.Shape[^1]));
        return (tensors[0], hasBias ? Place.Vector(tensors[1]) : null);
    }

    private static WantedTensor[] Listed(WantedTensor kernel, bool hasBias, int outputs) =>
        hasBias ? [kernel, new("bias", outputs)] : [kernel];

    private static Parameter[] WithBias(KernelTensor kernel, WeightTensor? bias) => bias is null ? [kernel] : [kernel, bias];

    /// <summary>What a window that is moved over a map gives.</summary>
    private static Extent Slide(Extent map, Sliding layer, Sides margins, int channels) => new(
        Places(map.Rows + margins.Top + margins.Bottom, layer.Kernel.Rows, layer.Strides.Rows, layer.Dilation.Rows),
        Places(map.Columns + margins.Left + margins.Right, layer.Kernel.Columns, layer.Strides.Columns, layer.Dilation.Columns),
        channels);

    private static int Places(int length, int kernel, int stride, int dilation) =>
        length < ((kernel - 1) * dilation) + 1 ? 0 : ((length - ((kernel - 1) * dilation) - 1) / stride) + 1;

    /// <summary>The attributes of a sliding window; what is usual is left out.</summary>
    private static IEnumerable<(string Name, object Value)> Attributes(Sliding layer, Sides margins)
    {
        yield return ("kernel_shape", new long[] { layer.Kernel.Rows, layer.Kernel.Columns });
        if (layer.Strides != Window.One)
        {
            yield return ("strides", new long[] { layer.Strides.Rows, layer.Strides.Columns });
        }

        if (layer.Dilation != Window.One)
        {
            yield return ("dilations", new long[] { layer.Dilation.Rows, layer.Dilation.Columns });
        }

        if (margins != Sides.None)
        {
            yield return ("pads", Pads(margins));
        }
    }

    /// <summary>Margins as ONNX lists them: before each axis, then after each.</summary>
    internal static long[] Pads(Sides margins) => [margins.Top, margins.Left, margins.Bottom, margins.Right];
}
