using System.Text.Json.Nodes;
using Serverless.Benchmarks.Reports;

namespace Serverless.Benchmarks.Tests.Reports;

public class ReportJsonTests
{
    private static readonly JsonObject Whole = JsonNode.Parse(ReportJson.Write(SomeReport.Whole))!.AsObject();

    [Theory]
    [InlineData("coldStartBeyondLiveMs", 200)]
    [InlineData("firstAnswerOverNodePeer", 0.8)]
    [InlineData("httpOverBareP50", 1.04)]
    [InlineData("httpOverBareThreadsP50", 1.02)]
    [InlineData("int8OverFloat32Throughput", 3.8)]
    [InlineData("float32AnonymousMiB", 180.4)]
    [InlineData("decode12MpOverLibvipsRows", 1.2)]
    public void TheHeadlinesHaveTheirNames(string name, double expected) => Assert.Equal(expected, Whole[name]!.GetValue<double>(), 9);

    [Fact]
    public void UploadsAreByTheirNumber() =>
        Assert.Equal("""{"1":64,"10":270,"100":1600,"1000":14000}""", Whole["uploadToDocumentMs"]!.ToJsonString());

    [Fact]
    public void VnniIsYesOrNo()
    {
        var without = SomeReport.Empty with { Machine = SomeReport.Empty.Machine with { Vnni = false } };

        Assert.True(Whole["vnni"]!.GetValue<bool>());
        Assert.False(JsonNode.Parse(ReportJson.Write(without))!["vnni"]!.GetValue<bool>());
    }

    [Fact]
    public void EveryHeadlineThatVariesHasItsSpread()
    {
        var spread = Whole["spreads"]!["coldStartBeyondLiveMs"]!;

        Assert.Equal("""{"median":200,"p10":180,"p90":230,"count":7}""", spread.ToJsonString());
        Assert.All(
            Whole.Where(one => one.Key.Contains("Over", StringComparison.Ordinal) || one.Key.EndsWith("Ms", StringComparison.Ordinal)),
            one => Assert.NotNull(Whole["spreads"]![one.Key]));
    }

    [Fact]
    public void ARatioTurnedRoundKeepsItsSpreadInOrder()
    {
        var spread = Whole["spreads"]!["firstAnswerOverNodePeer"]!;

        Assert.Equal(0.625, spread["p10"]!.GetValue<double>());
        Assert.Equal(1.0, spread["p90"]!.GetValue<double>());
    }

    [Fact]
    public void WhatWasNotMeasuredIsThereAsNull()
    {
        var empty = JsonNode.Parse(ReportJson.Write(SomeReport.Empty))!.AsObject();

        Assert.Equal(Whole.Select(one => one.Key), empty.Select(one => one.Key));
        Assert.All(["coldStartBeyondLiveMs", "httpOverBareP50", "float32AnonymousMiB", "uploadToDocumentMs", "coldStart"], name => Assert.Null(empty[name]));
        Assert.Equal("it is not installed", empty["absent"]!["pyTorch"]!.GetValue<string>());
    }

    [Fact]
    public void FiguresAreByContestant() => Assert.Equal(104, Whole["latency"]!["vgg16"]!["app"]!["median"]!.GetValue<double>());
}
