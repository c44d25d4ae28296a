namespace Serverless.ModelTool.Classification;

/// <summary>How answers are printed.</summary>
internal enum AnswerFormat
{
    /// <summary>For people.</summary>
    Table,

    /// <summary>A JSON array with an object a file.</summary>
    Json,

    /// <summary>A line a prediction (RFC 4180).</summary>
    Csv,

    /// <summary>What Python prints of Keras's <c>decode_predictions(...)[0]</c>.</summary>
    Keras,
}
