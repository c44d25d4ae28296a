namespace Serverless.Infra.Tests.Pipelines;

/// <summary>Every shell script of the repository passes shellcheck.</summary>
public class ScriptTests
{
    public static TheoryData<string> Scripts =>
    [
        "run", ".ci/run",
        .. Directory.EnumerateFiles(TestFiles.InRepository("infra"), "*", SearchOption.AllDirectories)
            .Where(file => File.ReadLines(file).FirstOrDefault() == "#!/usr/bin/env bash")
            .Select(file => Path.GetRelativePath(TestFiles.RepositoryRoot, file)),
    ];

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task AScriptPassesShellcheck(string script)
    {
        Assert.SkipWhen(Command.Find("shellcheck") is null, "shellcheck is not installed (apt-get install shellcheck)");
        var check = await Command.RunAsync("shellcheck", [script]);
        Assert.True(check.ExitCode == 0, check.Output);
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public void AScriptStopsAtItsFirstError(string script) =>
        Assert.Contains("set -euo pipefail", File.ReadLines(TestFiles.InRepository(script)).Take(10));

    [Theory]
    [MemberData(nameof(Scripts))]
    public void AScriptCanBeStarted(string script) =>
        Assert.True((File.GetUnixFileMode(TestFiles.InRepository(script)) & UnixFileMode.UserExecute) != 0);

    [Theory]
    [InlineData("preprovision")]
    [InlineData("postprovision")]
    public void AHookHasItsTwin(string hook)
    {
        Assert.True(File.Exists(TestFiles.InRepository("infra", "hooks", $"{hook}.sh")));
        Assert.True(File.Exists(TestFiles.InRepository("infra", "hooks", $"{hook}.ps1")));
    }
}
