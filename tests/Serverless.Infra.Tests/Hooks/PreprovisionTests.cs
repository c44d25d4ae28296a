namespace Serverless.Infra.Tests.Hooks;

public class PreprovisionTests
{
    [Theory]
    [InlineData("bash", "cpu")]
    [InlineData("bash", "gpu-t4")]
    [InlineData("pwsh", "cpu")]
    [InlineData("pwsh", "gpu-t4")]
    public async Task WhatCanBeDeployedPasses(string shell, string hosting)
    {
        await using var azure = new FakeAzure();
        var hook = await HookShell.RunAsync(shell, "preprovision", With(azure, ("HOSTING", hosting)));
        Assert.True(hook.ExitCode == 0, hook.Errors);
        Assert.Equal(hosting == "gpu-t4", hook.Output.Contains("quota", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("pwsh")]
    public async Task EveryProblemIsSaidAtOnce(string shell)
    {
        await using var azure = new FakeAzure();
        var hook = await HookShell.RunAsync(
            shell, "preprovision", With(azure, ("HOSTING", "gpu"), ("MODEL", "resnet9000"), ("MODEL_SOURCE", "disk"), ("FAKE_SIGNED_OUT", "1")));

        Assert.Equal(1, hook.ExitCode);
        Assert.Contains("HOSTING is 'gpu'; it can be gpu-t4, gpu-a100, cpu or flex", hook.Errors, StringComparison.Ordinal);
        Assert.Contains("MODEL_SOURCE is 'disk'; it can be image or container", hook.Errors, StringComparison.Ordinal);
        Assert.Contains("MODEL is 'resnet9000', which has no manifest in models/", hook.Errors, StringComparison.Ordinal);
        Assert.Contains("not signed in: az login", hook.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("pwsh")]
    public async Task AFlexAppTakesNoModelFromTheContainer(string shell)
    {
        await using var azure = new FakeAzure();
        var hook = await HookShell.RunAsync(shell, "preprovision", With(azure, ("HOSTING", "flex"), ("MODEL_SOURCE", "container")));
        Assert.Equal(1, hook.ExitCode);
        Assert.Contains("MODEL_SOURCE=container needs a container app", hook.Errors, StringComparison.Ordinal);
    }

    private static Dictionary<string, string?> With(FakeAzure azure, params (string Name, string Value)[] settings)
    {
        var environment = azure.EnvironmentOf("cpu");
        environment["MODEL"] = "efficientnet-lite0";
        foreach (var (name, value) in settings)
        {
            environment[name] = value;
        }

        return environment;
    }
}
