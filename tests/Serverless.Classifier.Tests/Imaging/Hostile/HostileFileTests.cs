using System.Diagnostics;

namespace Serverless.Classifier.Tests.Imaging.Hostile;

/// <summary>Whatever a stranger sends: pixels or a refusal, in bounded memory and time. The files are decoded in a second process.</summary>
public sealed class HostileFileTests(HostileFileTests.Reports reports) : IClassFixture<HostileFileTests.Reports>
{
    /// <summary>What a process with the runtime, libvips and one picture may hold at most; generous.</summary>
    private const long MaxMebibytes = 400;

    /// <summary>Far above what any of the files takes, so that a busy machine fails no test.</summary>
    private const long MaxMilliseconds = 60_000;

    public static TheoryData<string> Generated => [.. HostileFiles.All.Keys];

    [Theory]
    [MemberData(nameof(Generated))]
    public void EachKindOfHostileFileEndsAsItShould(string file)
    {
        var expected = HostileFiles.All[file].Expected.Split('|');
        Assert.Contains(reports.Of(file).Outcome, expected);
    }

    [Fact]
    public void NothingButPixelsAndRefusalsComesOut() =>
        Assert.All(reports.All, report => Assert.Matches("^[a-z_]+$", report.Outcome));

    [Fact]
    public void NoFileTakesMoreMemoryThanAPictureWithinTheLimitsNeeds() =>
        Assert.All(reports.All, report => Assert.InRange(report.PeakMebibytes, 1, MaxMebibytes));

    /// <summary>They have 144 to 192 MB of pixels; the process without them has about 80.</summary>
    [Fact]
    public void WhatIsDecodedRowByRowIsNeverInMemoryWhole() =>
        Assert.All(HostileFiles.Large, file => Assert.InRange(reports.Of(file).PeakMebibytes, 1, 160));

    [Fact]
    public void NoFileTakesLong() =>
        Assert.All(reports.All, report => Assert.InRange(report.Milliseconds, 0, MaxMilliseconds));

    [Fact]
    public void TheLibrariesKeepTheirWarningsToThemselves()
    {
        Assert.NotEmpty(reports.All);
        Assert.Equal("", reports.StandardError);
    }

    /// <summary>Writes the files, has them decoded by a second process, and reads what it says.</summary>
    public sealed class Reports : IAsyncLifetime
    {
        private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

        private List<DecodeReport> _all = [];

        internal IReadOnlyList<DecodeReport> All
        {
            get
            {
                Assert.SkipUnless(OperatingSystem.IsLinux(), "the peak of a process' memory is read from /proc");
                return _all;
            }
        }

        /// <summary>What the second process wrote to stderr.</summary>
        public string StandardError { get; private set; } = "";

        internal DecodeReport Of(string file) => All.Single(report => report.File == file);

        public async ValueTask InitializeAsync()
        {
            if (!OperatingSystem.IsLinux())
                return;
            var folder = Directory.CreateTempSubdirectory("serverless-hostile-").FullName;
            try
            {
                var files = Directory.CreateDirectory(Path.Combine(folder, "files")).FullName;
                foreach (var (name, (_, write)) in HostileFiles.All)
                    await File.WriteAllBytesAsync(Path.Combine(files, name), write());
                foreach (var found in Found())
                    File.Copy(found, Path.Combine(files, Path.GetFileName(found)));
                await DecodeElsewhere(folder);
                _all = [.. (await File.ReadAllLinesAsync(Path.Combine(folder, "report.tsv"))).Select(DecodeReport.Parse)];
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        /// <summary>The variants, and the damaged files where they are at hand.</summary>
        private static IEnumerable<string> Found() =>
            Directory.EnumerateFiles(TestFiles.Fixture("variants"))
                .Concat(TestFiles.Shared(out _, "data", "nasty") is { } nasty ? Directory.EnumerateFiles(nasty) : [])
                .Where(file => Path.GetExtension(file) is not ".tsv" and not ".md");

        private async Task DecodeElsewhere(string folder)
        {
            var start = new ProcessStartInfo(Path.ChangeExtension(typeof(HostileFileTests).Assembly.Location, null))
            {
                ArgumentList =
                {
                    "-explicit", "only", "-noColor", "-method", $"{typeof(FolderDecoder).FullName}.{nameof(FolderDecoder.DecodeAFolder)}",
                },
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            start.Environment[FolderDecoder.FolderVariable] = folder;
            // 4 MiB; else the collector lets as much garbage lie as the processor has third-level cache, hundreds of megabytes on some machines.
            start.Environment["DOTNET_GCgen0size"] = "400000";
            using var process = Process.Start(start)!;
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            patience.CancelAfter(Patience);
            try
            {
                var output = process.StandardOutput.ReadToEndAsync(patience.Token);
                StandardError = await process.StandardError.ReadToEndAsync(patience.Token);
                await process.WaitForExitAsync(patience.Token);
                Assert.True(process.ExitCode == 0, await output + StandardError);
            }
            finally
            {
                if (!process.HasExited)
                    process.Kill(entireProcessTree: true);
            }
        }
    }
}
