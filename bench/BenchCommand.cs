using System.CommandLine;
using Serverless.Benchmarks.Charts;
using Serverless.Benchmarks.Machine;
using Serverless.Benchmarks.Measurements;
using Serverless.Benchmarks.Programs;
using Serverless.Benchmarks.Reports;
using Serverless.Testing;

namespace Serverless.Benchmarks;

/// <summary>The command line: what to measure and where to write it.</summary>
internal static class BenchCommand
{
    private static readonly Option<string> Json = new("--json") { Description = "Also write all figures for machines", HelpName = "FILE" };
    private static readonly Option<string> Chart = new("--chart") { Description = "Where to draw the chart [default: docs/bench.svg when everything is measured]", HelpName = "FILE" };
    private static readonly Option<bool> Quick = new("--quick") { Description = "See whether everything runs; the figures are of no use" };
    private static readonly Option<string> Only = new("--only") { Description = "Only these parts, with commas: cold, latency, throughput, memory, decode, uploads", HelpName = "PARTS" };

    public static RootCommand Create()
    {
        Only.Validators.Add(result =>
        {
            if (Parse(result.GetValueOrDefault<string>()) is (_, { } problem))
            {
                result.AddError(problem);
            }
        });
        var command = new RootCommand("Measures the app beside its peers and prints the README's tables.") { Json, Chart, Quick, Only };
        command.SetAction(async (arguments, cancellation) =>
        {
            if (arguments.GetValue(Json) is { } file)
            {
                // Ten minutes later would be a bad time to find out that it cannot be.
                Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
            }

            var report = await MeasureAsync(Parse(arguments.GetValue(Only)).Parts, arguments.GetValue(Quick) ? BenchPlan.Quick : BenchPlan.Whole, cancellation);
            Console.Out.WriteLine(ReportTables.Write(report));
            if (arguments.GetValue(Json) is { } json)
            {
                await File.WriteAllTextAsync(json, ReportJson.Write(report), cancellation);
            }

            var whole = arguments.GetValue(Only) is null && !arguments.GetValue(Quick);
            var chart = arguments.GetValue(Chart) ?? (whole ? TestFiles.InRepository("docs", "bench.svg") : null);
            if (chart is not null)
            {
                await File.WriteAllTextAsync(chart, ReportChart.Draw(report), cancellation);
            }

            return report.Uploads is { Errors: > 0 } ? 1 : 0;
        });
        return command;
    }

    /// <summary>The parts that a list names, or what is wrong with it.</summary>
    internal static (IReadOnlySet<Part> Parts, string? Problem) Parse(string? list)
    {
        var parts = new HashSet<Part>();
        foreach (var name in list?.Split(',') ?? Enum.GetNames<Part>())
        {
            if (!Enum.TryParse<Part>(name, ignoreCase: true, out var part) || !Enum.IsDefined(part) || int.TryParse(name, out _))
            {
                return (parts, $"There is no part '{name}'; there are {string.Join(", ", Enum.GetNames<Part>()).ToLowerInvariant()}.");
            }

            parts.Add(part);
        }

        return (parts, null);
    }

    private static async Task<Report> MeasureAsync(IReadOnlySet<Part> parts, BenchPlan plan, CancellationToken cancellation)
    {
        var progress = Console.Error;
        progress.WriteLine("Preparing the models");
        var models = await BenchModels.PrepareAsync(TestFiles.InRepository("artifacts", "bench", "models"), cancellation);
        if (models.Unprepared is { } unprepared)
        {
            progress.WriteLine($"Not prepared: {unprepared}");
        }

        var (peers, missing) = await PeerProgram.FindAsync(cancellation);
        var absent = new Dictionary<string, string>(missing);
        if (models.Int8Absent is { } reason)
        {
            absent[Contestants.AppInt8] = reason;
        }

        var bench = new Bench(plan, models, peers, progress);
        var report = new Report(MachineFacts.Read(TimeProvider.System), new Dictionary<string, string>(), absent)
        {
            ColdStart = parts.Contains(Part.Cold) ? await new ColdStart(bench).MeasureAsync(cancellation) : null,
        };
        if (parts.Overlaps([Part.Memory, Part.Latency, Part.Throughput, Part.Decode]))
        {
            await using var serving = await Serving.StartAsync(bench, cancellation);
            report = report with
            {
                Versions = serving.Versions,
                // Memory first: the later parts load further models.
                Memory = parts.Contains(Part.Memory) ? await new Memory(bench, serving).MeasureAsync(cancellation) : null,
                Latency = parts.Contains(Part.Latency) ? await new Latency(bench, serving).MeasureAsync(cancellation) : null,
                Throughput = parts.Contains(Part.Throughput) ? await new Throughput(bench, serving).MeasureAsync(cancellation) : null,
                Decode = parts.Contains(Part.Decode) ? await new Decode(bench, serving).MeasureAsync(cancellation) : null,
            };
        }

        return report with { Uploads = parts.Contains(Part.Uploads) ? await new Uploads(bench).MeasureAsync(cancellation) : null };
    }
}
