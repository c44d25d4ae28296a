using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Serverless.Benchmarks;

// ./run bench: what one classification costs and where, then the whole way from an upload to its document.
var config = ManualConfig.CreateEmpty()
    .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(3).WithIterationCount(15).WithInvocationCount(4).WithUnrollFactor(1))
    .AddLogger(ConsoleLogger.Default)
    .AddColumnProvider(DefaultColumnProviders.Instance)
    .AddColumn(StatisticColumn.Median, StatisticColumn.Min)
    .AddExporter(MarkdownExporter.GitHub)
    .WithArtifactsPath(Path.Combine(BenchmarkModels.Artifacts, "results"));

BenchmarkRunner.Run<ClassificationBenchmarks>(config, args);
await UploadToDocument.MeasureAsync(Console.Out);
