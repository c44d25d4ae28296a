namespace Serverless.ModelTool.Keras;

/// <summary>A file that is gone when it is no longer needed.</summary>
internal sealed class TemporaryFile : IDisposable
{
    public string FullName { get; } = Path.GetTempFileName();

    public void Dispose() => File.Delete(FullName);
}
