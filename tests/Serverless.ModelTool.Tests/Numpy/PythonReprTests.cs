using Serverless.ModelTool.Numpy;

namespace Serverless.ModelTool.Tests.Numpy;

/// <summary>The expected texts were printed by Python 3.11 and NumPy 1.24.</summary>
public class PythonReprTests
{
    [Theory]
    [InlineData(0.9823245f, "0.9823245")]
    [InlineData(0.00030065488f, "0.00030065488")]
    [InlineData(1f, "1.0")]
    [InlineData(0f, "0.0")]
    [InlineData(1e-4f, "1e-04")]
    [InlineData(0.00009999f, "9.999e-05")]
    [InlineData(1.2345678e-5f, "1.2345678e-05")]
    [InlineData(1e-5f, "1e-05")]
    [InlineData(1e-45f, "1e-45")]
    [InlineData(3.4028235e38f, "3.4028235e+38")]
    [InlineData(123456.79f, "123456.79")]
    [InlineData(16777216f, "16777216.0")]
    [InlineData(1e15f, "1000000000000000.0")]
    [InlineData(1e16f, "1e+16")]
    [InlineData(9.9e15f, "9900000000000000.0")]
    [InlineData(0.1f, "0.1")]
    [InlineData(1e8f, "100000000.0")]
    [InlineData(12345678f, "12345678.0")]
    [InlineData(-0.25f, "-0.25")]
    [InlineData(1.17549435e-38f, "1.1754944e-38")]
    [InlineData(33333334f, "33333334.0")]
    [InlineData(float.NaN, "nan")]
    [InlineData(float.NegativeInfinity, "-inf")]
    public void AFloat32IsPrintedAsByNumPy(float value, string expected) => Assert.Equal(expected, PythonRepr.Float32(value));

    [Theory]
    [InlineData("cassette", "'cassette'")]
    [InlineData("jack-o'-lantern", "\"jack-o'-lantern\"")]
    [InlineData("a \"b\" 'c'", "'a \"b\" \\'c\\''")]
    [InlineData("tab\there\\", "'tab\\there\\\\'")]
    [InlineData("\u0001", "'\\x01'")]
    public void ATextIsPrintedAsByPython(string text, string expected) => Assert.Equal(expected, PythonRepr.Text(text));
}
