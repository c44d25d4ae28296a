using Serverless.ModelTool.Keras;

namespace Serverless.ModelTool.Tests.Keras;

/// <summary>Asks for weights as a convolution or a dense layer does.</summary>
internal static class Tensors
{
    public static (KerasTensor Kernel, KerasTensor Bias) KernelAndBias(this IKerasWeights weights, string layer, params int[] kernelShape)
    {
        var tensors = weights.Of(new(layer.Split('/')), [new("kernel", kernelShape), new WantedTensor("bias", kernelShape is [] ? [] : [kernelShape[^1]])]);
        return (tensors[0], tensors[1]);
    }
}
