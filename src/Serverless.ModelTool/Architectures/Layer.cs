namespace Serverless.ModelTool.Architectures;

/// <summary>One layer of a network, under the name that Keras gives it in weight files.</summary>
/// <param name="Name">For example <c>block1_conv1</c>.</param>
internal abstract record Layer(string Name);

/// <summary>Convolution with "same" padding and stride 1, then ReLU.</summary>
/// <param name="Name">The layer's name.</param>
/// <param name="Filters">Output channels of the published network; a weight file may have others.</param>
/// <param name="Kernel">Height and width of the window; odd.</param>
internal sealed record Convolution(string Name, int Filters, int Kernel) : Layer(Name);

/// <summary>Maximum of each window that does not overlap its neighbours; an odd last row or column is dropped.</summary>
/// <param name="Name">The layer's name.</param>
/// <param name="Window">Height and width of the window, and the stride.</param>
internal sealed record MaxPool(string Name, int Window) : Layer(Name);

/// <summary>Height x width x channels to one vector, in this order.</summary>
/// <param name="Name">The layer's name.</param>
internal sealed record Flatten(string Name) : Layer(Name);

/// <summary>A fully connected layer.</summary>
/// <param name="Name">The layer's name.</param>
/// <param name="Units">Outputs of the published network; a weight file may have others.</param>
/// <param name="Activation">What follows.</param>
internal sealed record Dense(string Name, int Units, Activation Activation) : Layer(Name);

/// <summary>What a dense layer ends in.</summary>
internal enum Activation
{
    Relu,
    Softmax,
}
