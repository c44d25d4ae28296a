using System.Xml.Linq;

namespace Serverless.Classifier.Tests;

public class NoticesTests
{
    public static TheoryData<string> Packages =>
    [
        .. XDocument.Load(TestFiles.InRepository("Directory.Packages.props")).Descendants("PackageVersion").Select(package => package.Attribute("Include")!.Value),
    ];

    [Theory]
    [MemberData(nameof(Packages))]
    public void EveryPackageHasANotice(string package)
    {
        var notices = File.ReadAllText(TestFiles.InRepository("THIRD-PARTY-NOTICES.md"));
        // A row names a family once and its members by their last part: "Microsoft.Azure.WebJobs, .Extensions.Storage.Blobs".
        var row = notices.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Select(line => line.Split('|')[1]).FirstOrDefault(names =>
            Names(names).Contains(package));

        Assert.NotNull(row);
    }

    private static IEnumerable<string> Names(string cell)
    {
        var family = "";
        foreach (var name in cell.Split(' ', ',', '(').Where(part => part.Contains('.', StringComparison.Ordinal) || part.Length > 3))
        {
            if (name[0] != '.')
            {
                family = name;
            }

            yield return name;
            for (var prefix = family; name[0] == '.' && prefix.Length > 0; prefix = prefix[..Math.Max(prefix.LastIndexOf('.'), 0)])
            {
                yield return prefix + name;
            }
        }
    }
}
