namespace Serverless.Infra.Tests.Hooks;

public class PostprovisionTests
{
    private const string Image = "crtest.azurecr.io/classifier:0123abcd-gpu-efficientnet-lite0";

    public static TheoryData<string> Shells => ["bash", "pwsh"];

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task AGpuImageIsBuiltAndDeployedAndUploadsAreSubscribedTo(string shell)
    {
        await using var azure = new FakeAzure();
        var environment = azure.EnvironmentOf("gpu-t4");
        environment["CLASSIFIER_ENDPOINT"] = azure.Endpoint;

        var hook = await HookShell.RunAsync(shell, "postprovision", environment);

        Assert.True(hook.ExitCode == 0, hook.Errors);
        Assert.Equal(
            [
                "az acr repository show --name crtest --image classifier:0123abcd-gpu-efficientnet-lite0 --output none",
                "az acr build --registry crtest --image classifier:0123abcd-gpu-efficientnet-lite0 --target gpu --build-arg MODELS=efficientnet-lite0 "
                    + "--file Dockerfile --timeout 7200 .",
                "az deployment sub create --name classifier-test --location westeurope --parameters infra/main.bicepparam --output none",
                $"azd env set SERVICE_CLASSIFIER_IMAGE_NAME {Image}",
                "az containerapp function keys show --resource-group rg-test --name ca-test --key-type systemKey --key-name blobs_extension --query value --output tsv",
                "az deployment group create --resource-group rg-test --name event-subscription --parameters infra/event-subscription.bicepparam --output none",
                $"azd env set CLASSIFIER_ENDPOINT {azure.Endpoint}",
            ],
            Commands(azure.TakeCalls(), out var environments));
        Assert.Contains($"image={Image} ", environments[2], StringComparison.Ordinal);
        Assert.Contains($"key={FakeAzure.Key} ", environments[5], StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task TheKeyIsOnNoCommandLineAndInNoOutput(string shell)
    {
        await using var azure = new FakeAzure();
        var hook = await HookShell.RunAsync(shell, "postprovision", azure.EnvironmentOf("cpu"));

        Assert.DoesNotContain(FakeAzure.Key, hook.Output + hook.Errors, StringComparison.Ordinal);
        Assert.All(Commands(azure.TakeCalls(), out _), command => Assert.DoesNotContain(FakeAzure.Key, command, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task AnImageThatIsThereIsNotBuiltAgain(string shell)
    {
        await using var azure = new FakeAzure();
        var environment = azure.EnvironmentOf("cpu");
        environment["FAKE_IMAGE_MISSING"] = "0";

        var hook = await HookShell.RunAsync(shell, "postprovision", environment);

        Assert.True(hook.ExitCode == 0, hook.Errors);
        var commands = Commands(azure.TakeCalls(), out _);
        Assert.DoesNotContain(commands, command => command.StartsWith("az acr build", StringComparison.Ordinal));
        Assert.Contains(commands, command => command.StartsWith("az deployment sub create", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task OutsideTheRegistrysReachDockerBuildsAndPushes(string shell)
    {
        await using var azure = new FakeAzure();
        var environment = azure.EnvironmentOf("cpu");
        environment["IMAGE_BUILDER"] = "docker";

        var hook = await HookShell.RunAsync(shell, "postprovision", environment);

        Assert.True(hook.ExitCode == 0, hook.Errors);
        Assert.Equal(
            [
                "az acr login --name crtest",
                "docker build --target cpu --build-arg MODELS=efficientnet-lite0 --tag crtest.azurecr.io/classifier:0123abcd-cpu-efficientnet-lite0 .",
                "docker push crtest.azurecr.io/classifier:0123abcd-cpu-efficientnet-lite0",
            ],
            Commands(azure.TakeCalls(), out _).Skip(1).Take(3));
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task AModelFromTheContainerIsUploadedAndLeftOutOfTheImage(string shell)
    {
        await using var azure = new FakeAzure();
        var environment = azure.EnvironmentOf("cpu");
        environment["CLASSIFIER_MODEL_SOURCE"] = "container";

        var hook = await HookShell.RunAsync(shell, "postprovision", environment);

        Assert.True(hook.ExitCode == 0, hook.Errors);
        var commands = Commands(azure.TakeCalls(), out _);
        Assert.Equal(
            "az storage blob upload-batch --auth-mode login --account-name sttest --destination models --destination-path efficientnet-lite0 "
                + "--source models/efficientnet-lite0 --overwrite true --output none",
            commands[0]);
        Assert.Contains("--image classifier:0123abcd-cpu --target cpu --build-arg MODELS= --file Dockerfile", commands[2], StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task AFlexAppIsPublishedPackedAndSent(string shell)
    {
        await using var azure = new FakeAzure();
        azure.InstallDotnet();
        Assert.SkipWhen(shell == "bash" && Command.Find("zip") is null, "zip is not installed");

        var hook = await HookShell.RunAsync(shell, "postprovision", azure.EnvironmentOf("flex"));

        Assert.True(hook.ExitCode == 0, hook.Errors + hook.Output);
        var commands = Commands(azure.TakeCalls(), out _);
        Assert.Equal(
            "dotnet publish src/Serverless.Functions --configuration Release --output WORK/app -p:InferenceDevice=cpu -p:BlobTriggerSource=EventGrid "
                + "-p:Models=efficientnet-lite0",
            commands[0]);
        Assert.Matches("^az functionapp deployment source config-zip --resource-group rg-test --name ca-test --src .*/app.zip --output none$", commands[1]);
        Assert.Equal("az functionapp keys list --resource-group rg-test --name ca-test --query systemKeys.blobs_extension --output tsv", commands[2]);
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task AnAppThatNeverLivesIsAnError(string shell)
    {
        await using var azure = new FakeAzure(refusals: 1000);
        var hook = await HookShell.RunAsync(shell, "postprovision", azure.EnvironmentOf("cpu"));
        Assert.Equal(1, hook.ExitCode);
        Assert.Contains("/api/health/live did not answer 200 in 5 tries", hook.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task AnAppWithoutTheKeyIsAnErrorAndNothingIsSubscribed(string shell)
    {
        await using var azure = new FakeAzure(refusals: 0);
        var environment = azure.EnvironmentOf("cpu");
        environment["FAKE_KEY"] = "";

        var hook = await HookShell.RunAsync(shell, "postprovision", environment);

        Assert.Equal(1, hook.ExitCode);
        Assert.Contains("no system key blobs_extension", hook.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(Commands(azure.TakeCalls(), out _), command => command.StartsWith("az deployment group", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task AFailedDeploymentEndsTheHook(string shell)
    {
        await using var azure = new FakeAzure(refusals: 0);
        var environment = azure.EnvironmentOf("cpu");
        environment["FAKE_DEPLOYMENT"] = "3";

        var hook = await HookShell.RunAsync(shell, "postprovision", environment);

        Assert.NotEqual(0, hook.ExitCode);
        Assert.StartsWith("az deployment sub create", Commands(azure.TakeCalls(), out _)[^1], StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task AMissingVariableIsNamed(string shell)
    {
        await using var azure = new FakeAzure();
        var environment = azure.EnvironmentOf("cpu");
        environment["AZURE_RESOURCE_GROUP"] = null;
        var hook = await HookShell.RunAsync(shell, "postprovision", environment);
        Assert.Equal(1, hook.ExitCode);
        Assert.Contains("AZURE_RESOURCE_GROUP is not set", hook.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task TheAddressOfANewAppIsLookedUp(string shell)
    {
        await using var azure = new FakeAzure();
        var environment = azure.EnvironmentOf("cpu");
        environment["CLASSIFIER_ENDPOINT"] = "";
        environment["POLL_TRIES"] = "0";

        var hook = await HookShell.RunAsync(shell, "postprovision", environment);

        // The address of the test's app is https://app.example; nobody is waited for.
        Assert.Contains("https://app.example/api/health/live", hook.Errors, StringComparison.Ordinal);
    }

    /// <summary>The command lines, without what every call of az ends with, and the environments that the calls saw.</summary>
    private static List<string> Commands(IReadOnlyList<string[]> calls, out List<string> environments)
    {
        environments = [.. calls.Select(call => call[^1])];
        return
        [
            .. calls.Select(call => string.Join(' ', call[..^1])
                .Replace(" --subscription 00000000-0000-0000-0000-000000000000 --only-show-errors", "", StringComparison.Ordinal)),
        ];
    }
}
