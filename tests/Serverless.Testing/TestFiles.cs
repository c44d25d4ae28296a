using System.Reflection;

namespace Serverless.Testing;

/// <summary>Where the files that the tests read lie.</summary>
public static class TestFiles
{
    /// <summary>The variable that names the folder of test data that may not be committed (ImageNet photographs, large networks).</summary>
    public const string SharedFolderVariable = "SERVERLESS_SHARED";

    /// <summary>The root of the repository.</summary>
    public static string RepositoryRoot { get; } = typeof(TestFiles).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "RepositoryRoot").Value!;

    /// <summary>A file or folder of the repository.</summary>
    public static string InRepository(params string[] path) => Path.Combine([RepositoryRoot, .. path]);

    /// <summary>A file or folder of <c>tests/fixtures</c>: known answers from other programs, committed with their origin.</summary>
    public static string Fixture(params string[] path) => InRepository(["tests", "fixtures", .. path]);

    /// <summary>
    /// A file or folder of the test data that is not committed, or null with the reason why there is none here:
    /// <c>Assert.SkipWhen(TestFiles.Shared(out var skip, "data", "images") is not { } folder, skip)</c>.
    /// </summary>
    public static string? Shared(out string reasonWhenAbsent, params string[] path)
    {
        var root = Environment.GetEnvironmentVariable(SharedFolderVariable) is { Length: > 0 } named
            ? named
            : Path.GetFullPath(Path.Combine(RepositoryRoot, "..", "shared"));
        var wanted = Path.Combine([root, .. path]);
        reasonWhenAbsent = $"needs {Path.Combine(path)}, which may not be committed; set {SharedFolderVariable} to the folder that holds it";
        return Path.Exists(wanted) ? wanted : null;
    }
}
