namespace Serverless.Functions.Tests;

/// <summary>Pictures that the tests upload.</summary>
internal static class Pictures
{
    /// <summary>A photograph of a cat.</summary>
    public static byte[] Cat { get; } = File.ReadAllBytes(TestFiles.InRepository("samples", "chelsea.png"));

    /// <summary>A photograph of a rocket, 640 x 427.</summary>
    public static byte[] Rocket { get; } = File.ReadAllBytes(TestFiles.InRepository("samples", "rocket.jpg"));

    /// <summary>The first half of that.</summary>
    public static byte[] HalfARocket { get; } = Rocket[..(Rocket.Length / 2)];

    public static byte[] Text { get; } = "This is a shopping list: milk, bread, and nothing that could be looked at."u8.ToArray();
}
