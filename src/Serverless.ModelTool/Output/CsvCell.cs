namespace Serverless.ModelTool.Output;

/// <summary>Cells of comma-separated tables (RFC 4180).</summary>
internal static class CsvCell
{
    /// <summary>The text, in quotes where it needs them.</summary>
    public static string Quote(string cell) =>
        cell.AsSpan().ContainsAny(",\"\r\n") ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;
}
