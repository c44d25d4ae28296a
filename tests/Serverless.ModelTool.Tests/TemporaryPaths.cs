namespace Serverless.ModelTool.Tests;

internal static class TemporaryPaths
{
    /// <summary>Full path of a file in the folder.</summary>
    public static string File(this TemporaryFolder folder, params string[] path) => Path.Combine([folder.Path, .. path]);
}
