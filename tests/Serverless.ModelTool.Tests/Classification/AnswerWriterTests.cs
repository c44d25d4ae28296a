using System.Text.Json;
using Serverless.Classifier;
using Serverless.Classifier.Imaging;
using Serverless.ModelTool.Classification;
using Serverless.ModelTool.Output;

namespace Serverless.ModelTool.Tests.Classification;

public sealed class AnswerWriterTests : IDisposable
{
    private static readonly Answer<Classifier.Classification> Answer = new(
        "a, b.png",
        new(
            new ImageFacts(ImageFormat.Png, 3, 2, ["It is \"odd\"."]),
            new ModelIdentity("net", "00"),
            [new(1, 0, "n01", "jack-o'-lantern", 0.75f), new(2, 1, null, "say \"cheese\"", 1e-5f)],
            new(TimeSpan.Zero, TimeSpan.Zero)),
        null);

    private static readonly Answer<Classifier.Classification> Refusal = new("bad.jpg", null, new("not_an_image", "It is none."));

    private readonly StringWriter _output = new() { NewLine = "\n" };

    [Fact]
    public void CsvQuotesWhatHasToBeQuoted() => Assert.Equal(
        "file,rank,classId,label,probability\r\n\"a, b.png\",1,n01,jack-o'-lantern,0.75\r\n\"a, b.png\",2,,\"say \"\"cheese\"\"\",1E-05\r\n",
        Write(AnswerFormat.Csv, Answer, Refusal));

    [Fact]
    public void KerasIsWhatPythonPrints() => Assert.Equal(
        "[('n01', \"jack-o'-lantern\", 0.75), ('1', 'say \"cheese\"', 1e-05)]\n", Write(AnswerFormat.Keras, Answer, Refusal));

    [Fact]
    public void JsonHasAnObjectForEachFileTheRefusedOnesToo()
    {
        var answers = JsonDocument.Parse(Write(AnswerFormat.Json, Answer, Refusal)).RootElement;

        Assert.Equal(2, answers.GetArrayLength());
        Assert.Equal("jack-o'-lantern", answers[0].GetProperty("predictions")[0].GetProperty("label").GetString());
        Assert.Equal("It is \"odd\".", answers[0].GetProperty("image").GetProperty("warnings")[0].GetString());
        Assert.Equal("not_an_image", answers[1].GetProperty("error").GetProperty("code").GetString());
        Assert.False(answers[1].TryGetProperty("predictions", out _));
    }

    [Fact]
    public void JsonOfNoFilesIsAnEmptyArray() => Assert.Empty(JsonDocument.Parse(Write(AnswerFormat.Json)).RootElement.EnumerateArray());

    [Fact]
    public void TheTableHasTheWarningsOfThePicture()
    {
        var table = Write(AnswerFormat.Table, Answer);

        Assert.StartsWith("a, b.png\n  It is \"odd\".\n", table, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^1 +n01 +jack-o'-lantern +75\.00 %$", table);
    }

    public void Dispose() => _output.Dispose();

    private string Write(AnswerFormat format, params Answer<Classifier.Classification>[] answers)
    {
        var writer = AnswerWriter.Create(format, new ToolConsole(_output, TextWriter.Null, terminal: null));
        writer.Begin();
        Array.ForEach(answers, writer.Write);
        writer.End();
        return _output.ToString();
    }
}
