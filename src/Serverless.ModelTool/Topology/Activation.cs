namespace Serverless.ModelTool.Topology;

/// <summary>A function of each value, or softmax over the last axis.</summary>
internal abstract record Activation
{
    public static Activation Linear { get; } = new Plain(null);

    public static Activation Relu { get; } = new Rectified();

    public static Activation Softmax { get; } = new Softmax();

    public static Activation Sigmoid { get; } = new Plain("Sigmoid");
}

/// <summary>One ONNX operation without attributes.</summary>
/// <param name="OpType">Which; null for the identity.</param>
internal sealed record Plain(string? OpType) : Activation;

/// <summary>Softmax over the last axis: of a map, over its channels.</summary>
/// <param name="Axis">The axis, counted with the batch; it has to be the last.</param>
internal sealed record Softmax(int Axis = -1) : Activation;

/// <summary>0 or <c>slope x</c> below zero, <c>x</c> above, at most <paramref name="Max"/>.</summary>
internal sealed record Rectified(double NegativeSlope = 0, double? Max = null) : Activation;

/// <summary><c>alpha (exp(x) - 1)</c> below zero.</summary>
internal sealed record Exponential(double Alpha) : Activation;

/// <summary><c>slope x + 0.5</c>, held between 0 and 1: a slope of 1/6 in Keras 3, of 0.2 before.</summary>
internal sealed record HardSigmoid(double Slope) : Activation;

/// <summary><c>x f(x)</c>: swish with the sigmoid, mish with the tanh of the softplus, hard swish with the hard sigmoid.</summary>
internal sealed record Gated(params IReadOnlyList<Activation> Gate) : Activation;

/// <summary><c>x Phi(x)</c>, Phi the normal distribution.</summary>
/// <param name="IsApproximate">By tanh, not by the error function.</param>
internal sealed record Gelu(bool IsApproximate) : Activation;
