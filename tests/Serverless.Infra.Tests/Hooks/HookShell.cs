namespace Serverless.Infra.Tests.Hooks;

/// <summary>A hook under one of the two shells that azd uses.</summary>
internal static class HookShell
{
    /// <summary>
    /// Where dotnet notes the place of restored tools. Its note in the user's home outlives a package folder that was cleared, after which a restore succeeds and a run does not.
    /// </summary>
    private static readonly string ToolNotes = TestFiles.InRepository("artifacts", "tool-notes");

    private static readonly Lazy<Task<string?>> Restored = new(async () =>
    {
        if (Directory.Exists(ToolNotes))
        {
            Directory.Delete(ToolNotes, recursive: true);
        }

        var restore = await Command.RunAsync(DotnetPath, ["tool", "restore"], WithToolNotes(new Dictionary<string, string?>()));
        return restore.ExitCode == 0 ? null : $"PowerShell, a .NET tool, could not be restored: {restore.Output}{restore.Errors}";
    });

    private static string DotnetPath => Command.Find("dotnet")!;

    /// <summary>Runs a hook, or skips the test when the shell cannot be had.</summary>
    /// <param name="shell"><c>bash</c> or <c>pwsh</c>.</param>
    /// <param name="hook">Its name without the extension.</param>
    /// <param name="environment">Over the environment of this process.</param>
    public static async Task<Command> RunAsync(string shell, string hook, IReadOnlyDictionary<string, string?> environment)
    {
        if (shell == "bash")
        {
            return await Command.RunAsync(TestFiles.InRepository("infra", "hooks", $"{hook}.sh"), [], environment);
        }

        var problem = await Restored.Value;
        Assert.SkipWhen(problem is not null, problem ?? "");
        return await Command.RunAsync(
            DotnetPath,
            ["tool", "run", "pwsh", "--", "-NoProfile", "-NonInteractive", "-File", TestFiles.InRepository("infra", "hooks", $"{hook}.ps1")],
            WithToolNotes(environment));
    }

    private static Dictionary<string, string?> WithToolNotes(IReadOnlyDictionary<string, string?> environment) => new(environment) { ["DOTNET_CLI_HOME"] = ToolNotes };
}
