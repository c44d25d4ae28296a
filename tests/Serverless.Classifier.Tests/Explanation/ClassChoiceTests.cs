using Serverless.Classifier.Errors;
using Serverless.Classifier.Explanation;
using Serverless.Classifier.Models;

namespace Serverless.Classifier.Tests.Explanation;

public class ClassChoiceTests
{
    private static readonly Label[] Labels = [new("n02012849", "crane"), new("n03126707", "crane"), new("n02123159", "tiger_cat"), new(null, "dog")];

    [Theory]
    [InlineData("0", 0)]
    [InlineData("3", 3)]
    [InlineData("n03126707", 1)]
    [InlineData("tiger_cat", 2)]
    [InlineData("Tiger_Cat", 2)]
    [InlineData("dog", 3)]
    public void AClassIsFoundByIndexIdentifierOrLabel(string wanted, int index) => Assert.Equal(index, ClassChoice.Find(Labels, wanted));

    [Theory]
    [InlineData("4", "classes 0 to 3")]
    [InlineData("99999999999999", "no class '99999999999999'")]
    [InlineData("-1", "no class '-1'")]
    [InlineData("lion", "no class 'lion'")]
    [InlineData("crane", "2 classes 'crane': say n02012849 or n03126707")]
    public void WhatIsNoClassOrSeveralIsRefusedWithWhatWouldBeRight(string wanted, string expected)
    {
        var refusal = Assert.Throws<ClassifierException>(() => ClassChoice.Find(Labels, wanted));

        Assert.Equal(ErrorKind.UnknownClass, refusal.Kind);
        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
    }
}
