using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Serverless.Classifier;
using Serverless.Classifier.Errors;
using Serverless.Classifier.Explanation;
using Serverless.Functions.ClassifyImage;

namespace Serverless.Functions.Tests.ClassifyImage;

public class ClassifyQueryTests
{
    [Theory]
    [InlineData("", 5)]
    [InlineData("?top=", 5)]
    [InlineData("?top=1", 1)]
    [InlineData("?top=100", 100)]
    [InlineData("?TOP=7", 7)]
    [InlineData("?unknown=x", 5)]
    public void TopIsReadOrFive(string query, int top) => Assert.Equal(top, Read(query).Top);

    [Theory]
    [InlineData("0")]
    [InlineData("101")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("five")]
    [InlineData("99999999999")]
    [InlineData("%2B5")]
    [InlineData("5&top=6")]
    public void ATopOutOfRangeIsRefused(string top) =>
        Assert.Equal(ErrorKind.InvalidTop, Assert.Throws<ClassifierException>(() => Read($"?top={top}")).Kind);

    [Fact]
    public void TheRefusalSaysWhatWouldBeRight() =>
        Assert.Equal("top is '0'; a whole number from 1 to 100 is expected.", Assert.Throws<ClassifierException>(() => Read("?top=0")).Message);

    [Theory]
    [InlineData("", null)]
    [InlineData("?model=", null)]
    [InlineData("?model=vgg16", "vgg16")]
    public void TheModelIsReadOrTheDefault(string query, string? model) => Assert.Equal(model, Read(query).Model);

    [Theory]
    [InlineData("?explain=cam", ExplanationMethod.Cam, null)]
    [InlineData("?explain=Occlusion&class=n02123159", ExplanationMethod.Occlusion, "n02123159")]
    public void WhatIsToBeExplainedIsRead(string query, ExplanationMethod method, string? wanted) =>
        Assert.Equal(new ExplanationRequest { Method = method, Class = wanted }, Read(query).Explain);

    private static ClassificationRequest Read(string query) => ClassifyQuery.Read(new QueryCollection(QueryHelpers.ParseQuery(query)), TimeSpan.Zero);
}
