using Serverless.LocalHost.AppFolder;

namespace Serverless.LocalHost.Tests.AppFolder;

public class AppFolderTests
{
    [Fact]
    public void HostJsonMayHaveCommentsAndGivesWhatTheHostAsksOfIt()
    {
        var host = HostJson.Parse("""
            {
              // how it is
              "version": "2.0",
              "functionTimeout": "00:00:30",
              "extensions": { "http": { "routePrefix": "v1/" }, "blobs": { "poisonBlobThreshold": 2, "maxDegreeOfParallelism": 3 }, "serviceBus": { "x": 1 } },
            }
            """);

        Assert.Equal(("v1", 2, TimeSpan.FromSeconds(30)), (host.RoutePrefix, host.PoisonBlobThreshold, host.FunctionTimeout));
        Assert.Contains(host.Extensions, pair => pair.Key == "extensions:blobs:maxDegreeOfParallelism" && pair.Value == "3");
        Assert.DoesNotContain(host.Extensions, pair => pair.Key.Contains("serviceBus", StringComparison.Ordinal));
    }

    [Fact]
    public void AnEmptyHostJsonHasTheDefaultsOfTheRealHost()
    {
        var host = HostJson.Parse("""{ "version": "2.0" }""");

        Assert.Equal(("api", 5, TimeSpan.FromMinutes(30)), (host.RoutePrefix, host.PoisonBlobThreshold, host.FunctionTimeout));
    }

    [Fact]
    public void AFunctionTimeoutOfMinusOneIsForEver() => Assert.Null(HostJson.Parse("""{ "version": "2.0", "functionTimeout": "-1" }""").FunctionTimeout);

    [Theory]
    [InlineData("{ \"version\": \"1.0\" }", "version \"1.0\"")]
    [InlineData("{ \"version\": \"2.0\", \"functionTimeout\": \"soon\" }", "functionTimeout is \"soon\"")]
    [InlineData("{ \"version\": \"2.0\", \"extensions\": { \"blobs\": { \"poisonBlobThreshold\": 0 } } }", "poisonBlobThreshold is \"0\"")]
    [InlineData("{ \"version\": ", "not valid JSON")]
    [InlineData("[]", "should hold a JSON object")]
    public void AHostJsonThatIsWrongIsRefusedWithWhatIsWrong(string json, string expected) =>
        Assert.Contains(expected, Assert.Throws<LocalHostException>(() => HostJson.Parse(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void TheEnvironmentIsStrongerThanTheFileAndTheCommandLineStrongerThanBoth()
    {
        using var folder = new Running.TestFolder();
        File.WriteAllText(Path.Combine(folder.Root, "local.settings.json"), """{ "IsEncrypted": false, "Values": { "A": "file", "B": "file", "C": "file" } }""");
        var options = new LocalHostOptions { AppFolder = folder.Root, Settings = new Dictionary<string, string> { ["c"] = "line" } };

        var settings = AppSettings.Read(folder.Root, options, [KeyValuePair.Create("B", "environment"), KeyValuePair.Create("C", "environment")]);

        Assert.Equal(("file", "environment", "line"), (settings["A"], settings["B"], settings["C"]));
    }

    [Fact]
    public void DoubleUnderscoresAndColonsAreOneNameForLookUps()
    {
        var settings = new AppSettings([KeyValuePair.Create("A__B", "x")]);

        Assert.Equal(("x", "x"), (settings["A:B"], settings["A__B"]));
    }

    [Fact]
    public void DevelopmentStorageIsWrittenOutWhereverItStands()
    {
        var settings = new AppSettings([KeyValuePair.Create("Other", "UseDevelopmentStorage=true"), KeyValuePair.Create("Third", "AccountName=x")]).WithStorage("full");

        Assert.Equal(("full", "full", "AccountName=x"), (settings["AzureWebJobsStorage"], settings["Other"], settings["Third"]));
    }

    [Theory]
    [InlineData("%Container%/{name}", "images/{name}", null)]
    [InlineData("plain/{name}", "plain/{name}", null)]
    [InlineData("%Nothing%/{name}", null, "Nothing")]
    [InlineData("100%", "100%", null)]
    public void ASettingInAPathIsResolvedOrNamedAsMissing(string path, string? resolved, string? missing)
    {
        var settings = new AppSettings([KeyValuePair.Create("Container", "images")]);

        Assert.Equal((resolved, missing), (settings.Resolve(path, out var name), name));
    }

    [Theory]
    [InlineData("{ \"IsEncrypted\": true, \"Values\": {} }", "is encrypted")]
    [InlineData("{ \"Values\": { \"A\": { \"B\": 1 } } }", "the setting A should be a text")]
    [InlineData("{ \"Values\": [] }", "\"Values\" should be an object")]
    public void SettingsThatCannotBeReadAreRefusedWithWhy(string json, string expected) =>
        Assert.Contains(expected, Assert.Throws<LocalHostException>(() => AppSettings.Parse(json, "local.settings.json")).Message, StringComparison.Ordinal);

    [Fact]
    public void ASelfContainedWorkerIsAnExecutableInTheAppFolder()
    {
        var config = WorkerConfig.Parse("""{ "description": { "language": "dotnet-isolated", "defaultExecutablePath": "{WorkerRoot}Worker" } }""", "/app");

        Assert.Equal(("/app/Worker", 0), (config.Executable, config.Arguments.Count));
    }

    [Theory]
    [InlineData("{ \"description\": { \"language\": \"node\", \"defaultExecutablePath\": \"node\" } }", "is for the language \"node\"")]
    [InlineData("{ \"description\": { \"language\": \"dotnet-isolated\" } }", "does not say \"defaultExecutablePath\"")]
    [InlineData("{ \"description\": { \"language\": \"dotnet-isolated\", \"defaultExecutablePath\": \"dotnet\", \"defaultWorkerPath\": \"no.dll\" } }", "which does not exist")]
    [InlineData("{ }", "has no \"description\"")]
    public void AWorkerConfigThatIsWrongIsRefusedWithWhatIsWrong(string json, string expected) =>
        Assert.Contains(expected, Assert.Throws<LocalHostException>(() => WorkerConfig.Parse(json, "/app")).Message, StringComparison.Ordinal);
}
