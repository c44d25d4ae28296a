namespace Serverless.Infra.Tests.Published;

/// <summary><c>./run publish</c>, which the Dockerfile and the hooks rely on, with what it cannot do.</summary>
public class PublishTaskTests
{
    [Theory]
    [InlineData("there is no model 'resnet9000' in models/", "--models", "efficientnet-lite0 resnet9000")]
    [InlineData("publish has no option --gpu", "--gpu")]
    [InlineData("--device needs cpu or cuda", "--device")]
    [InlineData("InferenceDevice is 'rocm'; it can be cpu or cuda.", "--device", "rocm")]
    public async Task WhatCannotBePublishedIsSaid(string problem, params string[] options)
    {
        using var folder = new TemporaryFolder();
        var publish = await Command.RunAsync(TestFiles.InRepository("run"), ["publish", Path.Combine(folder.Path, "app"), .. options]);
        Assert.NotEqual(0, publish.ExitCode);
        Assert.Contains(problem, publish.Errors, StringComparison.Ordinal);
    }
}
