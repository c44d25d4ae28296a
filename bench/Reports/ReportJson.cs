using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Benchmarks.Statistics;

namespace Serverless.Benchmarks.Reports;

/// <summary>The figures for machines: the headlines by name with their spreads, then everything else.</summary>
internal static class ReportJson
{
    private const int SchemaVersion = 1;
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static string Write(Report report)
    {
        var headlines = Headlines.Of(report);
        var document = new JsonObject { ["schemaVersion"] = SchemaVersion };
        var spreads = new JsonObject();
        foreach (var (name, figure) in new (string, Figure?)[]
        {
            ("coldStartBeyondLiveMs", headlines.ColdStartBeyondLiveMs),
            ("firstAnswerOverNodePeer", headlines.FirstAnswerOverNodePeer),
            ("httpOverBareP50", headlines.HttpOverBareP50),
            ("httpOverBareThreadsP50", headlines.HttpOverBareThreadsP50),
            ("int8OverFloat32Throughput", headlines.Int8OverFloat32Throughput),
            ("decode12MpOverLibvipsRows", headlines.Decode12MpOverLibvipsRows),
        })
        {
            document[name] = figure?.Median;
            spreads[name] = Json(figure);
        }

        document["float32AnonymousMiB"] = headlines.Float32AnonymousMiB;
        document["uploadToDocumentMs"] = Json(headlines.UploadToDocumentMs?.ToDictionary(one => one.Key, one => one.Value.Median));
        spreads["uploadToDocumentMs"] = Json(headlines.UploadToDocumentMs);
        document["vnni"] = report.Machine.Vnni;
        document["spreads"] = spreads;
        document["machine"] = Json(report.Machine);
        document["versions"] = Json(report.Versions);
        document["absent"] = Json(report.Absent);
        document["coldStart"] = Json(report.ColdStart);
        document["latency"] = Json(report.Latency);
        document["throughput"] = Json(report.Throughput);
        document["memory"] = Json(report.Memory);
        document["decode"] = Json(report.Decode);
        document["uploads"] = Json(report.Uploads);
        return document.ToJsonString(Options) + "\n";
    }

    private static JsonNode? Json<T>(T? value) => JsonSerializer.SerializeToNode(value, Options);
}
