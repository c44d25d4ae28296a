using System.Text.RegularExpressions;

namespace Serverless.Infra.Tests.Container;

public partial class DockerfileTests
{
    private static readonly string Dockerfile = File.ReadAllText(TestFiles.InRepository("Dockerfile"));

    [Fact]
    public async Task TheDockerfilePassesItsLinter()
    {
        const string lint = """
            const { validate } = require(process.argv[1]);
            console.log(JSON.stringify(validate(require('fs').readFileSync(process.argv[2], 'utf8'))));
            """;
        var check = await Command.RunAsync("node", ["--eval", lint, TestFiles.InRepository("node_modules", "dockerfile-utils"), TestFiles.InRepository("Dockerfile")]);
        Assert.True(check.Output.Trim() == "[]", check.Output + check.Errors);
    }

    [Fact]
    public void TheAppIsPublishedByTheTaskThatIsTested() =>
        Assert.Equal(
            [
                "./run publish /app --device cpu --event-grid --models \"$MODELS\"",
                "./run publish /app --device cuda --event-grid --models \"$MODELS\"",
            ],
            Steps().Matches(Dockerfile).Select(step => step.Groups[1].Value).Where(step => step.StartsWith("./run", StringComparison.Ordinal)));

    [Fact]
    public void EveryBaseImageHasAFullVersion() => Assert.All(
        BaseImages().Matches(Dockerfile).Select(image => image.Groups[1].Value).Where(image => image.Contains('/', StringComparison.Ordinal)),
        image => Assert.Matches(@":(\d+\.\d+\.\d+|4-dotnet-isolated10\.0)", image));

    [Fact]
    public void TheSdkOfTheImageIsOneThatTheRepositoryAccepts() =>
        Assert.Matches(@"mcr\.microsoft\.com/dotnet/sdk:10\.0\.\d+@sha256:[0-9a-f]{64}", Dockerfile);

    [Fact]
    public void ABuildWithoutATargetMakesTheCpuImage() => Assert.EndsWith("\nFROM cpu\n", Dockerfile, StringComparison.Ordinal);

    [Fact]
    public void TheContextHasWhatPublishingReads()
    {
        var ignored = File.ReadAllLines(TestFiles.InRepository(".dockerignore"));
        string[] read =
        [
            "run", "global.json", "host.json", "src", "models", "docs/result.schema.json", ".editorconfig", "BannedSymbols.txt",
            "Directory.Build.props", "Directory.Packages.props", "infra/container",
        ];
        Assert.Equal("*", ignored.First(line => !line.StartsWith('#')));
        Assert.All(read, path =>
        {
            Assert.Contains($"!{path}", ignored);
            Assert.True(Path.Exists(TestFiles.InRepository(path)), path);
        });
    }

    [GeneratedRegex(@"(?m)^RUN (.+)$")]
    private static partial Regex Steps();

    [GeneratedRegex(@"(?m)^FROM (\S+)")]
    private static partial Regex BaseImages();
}
