using System.Xml.Linq;

namespace Serverless.Classifier.Tests;

/// <summary>Dependencies between the rooms point one way, and each kind of package stays in its room.</summary>
public class RoomsTests
{
    private static readonly Dictionary<string, string[]> AllowedReferences = new()
    {
        ["Serverless.Classifier"] = [],
        ["Serverless.Drawing"] = [],
        ["Serverless.Functions"] = ["Serverless.Classifier", "Serverless.Drawing"],
        ["Serverless.ModelTool"] = ["Serverless.Classifier", "Serverless.Drawing"],
        ["Serverless.LocalHost"] = [],
        ["Serverless.FirstRun"] = [],
        ["Serverless.Operations"] = [],
    };

    public static TheoryData<string> Rooms => [.. Directory.EnumerateDirectories(TestFiles.InRepository("src")).Select(folder => Path.GetFileName(folder))];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void ARoomRefersOnlyToTheRoomsItMay(string room) =>
        Assert.Equal(AllowedReferences[room], Items(room, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/'))));

    [Fact]
    public void TheClassifierKnowsNeitherStorageNorHttp() =>
        Assert.DoesNotContain(Items("Serverless.Classifier", "PackageReference").Concat(Items("Serverless.Classifier", "FrameworkReference")), package =>
            package.StartsWith("Azure.", StringComparison.Ordinal)
            || package.StartsWith("Microsoft.Azure.", StringComparison.Ordinal)
            || package.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));

    [Theory]
    [InlineData("PureHDF", "Serverless.ModelTool")]
    [InlineData("Google.Protobuf", "Serverless.ModelTool")]
    [InlineData("Microsoft.Azure.WebJobs", "Serverless.LocalHost")]
    [InlineData("Yarp.ReverseProxy", "Serverless.LocalHost")]
    [InlineData("NetVips", "Serverless.Classifier")]
    // The first run draws the repository's own samples for people to look at.
    [InlineData("SixLabors.ImageSharp", "Serverless.Drawing", "Serverless.FirstRun")]
    [InlineData("Microsoft.ML.OnnxRuntime", "Serverless.Classifier")]
    [InlineData("Microsoft.Azure.Functions.Worker", "Serverless.Functions")]
    [InlineData("OpenTelemetry.Extensions.Hosting", "Serverless.Functions")]
    public void APackageThatDefinesARoomIsInThatRoomOnly(string package, params string[] rooms) =>
        Assert.Equal(rooms, AllowedReferences.Keys.Where(candidate => Items(candidate, "PackageReference").Contains(package)));

    [Fact]
    public void WhatDrawsDecodesNothing() =>
        Assert.All(
            Directory.EnumerateFiles(TestFiles.InRepository("src", "Serverless.Drawing"), "*.cs").Select(File.ReadAllText),
            source => Assert.DoesNotMatch(@"\bImage\.(Load|Identify|DetectFormat)(Async)?[(<]", source));

    private static IEnumerable<string> Items(string room, string kind) =>
        XDocument.Load(TestFiles.InRepository("src", room, $"{room}.csproj")).Descendants(kind).Select(item => item.Attribute("Include")!.Value);
}
