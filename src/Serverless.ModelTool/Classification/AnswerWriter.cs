using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.Classifier.Ranking;
using Serverless.ModelTool.Numpy;
using Serverless.ModelTool.Output;

namespace Serverless.ModelTool.Classification;

/// <summary>Prints answers as they come.</summary>
internal abstract class AnswerWriter
{
    public static AnswerWriter Create(AnswerFormat format, ToolConsole console) => format switch
    {
        AnswerFormat.Table => new TableWriter(console),
        AnswerFormat.Json => new JsonWriter(console.Output),
        AnswerFormat.Csv => new CsvWriter(console.Output),
        AnswerFormat.Keras => new KerasWriter(console.Output),
        _ => throw new ArgumentOutOfRangeException(nameof(format)),
    };

    /// <summary>Before the first answer.</summary>
    public virtual void Begin()
    {
    }

    /// <summary>One answer.</summary>
    public abstract void Write(Answer<Classifier.Classification> answer);

    /// <summary>After the last one.</summary>
    public virtual void End()
    {
    }

    private static string Number(float value) => value.ToString("R", CultureInfo.InvariantCulture);

    private sealed class TableWriter(ToolConsole console) : AnswerWriter
    {
        public override void Write(Answer<Classifier.Classification> answer)
        {
            if (answer.Result is not { } result)
            {
                return;
            }

            console.WriteLine(answer.File);
            foreach (var warning in result.Image.Warnings)
            {
                console.WriteLine($"  {warning}");
            }

            console.Table(["Rank", "Class", "Label", "Probability"], [.. result.Predictions.Select(Row)]);
        }

        private static string[] Row(Prediction prediction) =>
        [
            $"{prediction.Rank}",
            prediction.ClassId ?? $"{prediction.Index}",
            prediction.Label,
            prediction.Probability.ToString("P2", CultureInfo.InvariantCulture),
        ];
    }

    private sealed class JsonWriter(TextWriter output) : AnswerWriter
    {
        private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
        {
            WriteIndented = true,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        };

        private bool _isFirst = true;

        public override void Begin() => output.Write('[');

        public override void Write(Answer<Classifier.Classification> answer)
        {
            output.WriteLine(_isFirst ? "" : ",");
            output.Write(JsonSerializer.Serialize(
                new
                {
                    answer.File,
                    answer.Result?.Image,
                    answer.Result?.Model,
                    answer.Result?.Predictions,
                    Error = answer.Problem,
                },
                Options));
            _isFirst = false;
        }

        public override void End() => output.WriteLine("\n]");
    }

    private sealed class CsvWriter(TextWriter output) : AnswerWriter
    {
        public override void Begin() => Line("file", "rank", "classId", "label", "probability");

        public override void Write(Answer<Classifier.Classification> answer)
        {
            foreach (var prediction in answer.Result?.Predictions ?? [])
            {
                Line(answer.File, $"{prediction.Rank}", prediction.ClassId ?? "", prediction.Label, Number(prediction.Probability));
            }
        }

        private void Line(params string[] cells) => output.Write(string.Join(',', cells.Select(CsvCell.Quote)) + "\r\n");
    }

    private sealed class KerasWriter(TextWriter output) : AnswerWriter
    {
        public override void Write(Answer<Classifier.Classification> answer)
        {
            if (answer.Result is { } result)
            {
                output.WriteLine($"[{string.Join(", ", result.Predictions.Select(Tuple))}]");
            }
        }

        private static string Tuple(Prediction prediction)
        {
            var classId = prediction.ClassId ?? $"{prediction.Index}";
            return $"({PythonRepr.Text(classId)}, {PythonRepr.Text(prediction.Label)}, {PythonRepr.Float32(prediction.Probability)})";
        }
    }
}
