using System.Net.Http.Headers;

namespace Serverless.ModelTool.Downloads;

/// <summary>
/// The first bytes of a download, kept between runs, with a note of where they came from: only the same version of the same file is continued.
/// </summary>
internal sealed class PartFile(string path)
{
    private readonly string _origin = Path.ChangeExtension(path, ".origin" + Path.GetExtension(path));

    public string FullPath => path;

    /// <summary>How many bytes are here.</summary>
    public long Length => File.Exists(path) ? new FileInfo(path).Length : 0;

    /// <summary>What to ask the server whether it still has the file that these bytes began; null when that is not known.</summary>
    public RangeConditionHeaderValue? Validator(Uri url) =>
        File.Exists(_origin) && File.ReadAllLines(_origin) is [var from, var validator] && from == url.AbsoluteUri
            && RangeConditionHeaderValue.TryParse(validator, out var condition)
                ? condition
                : null;

    /// <summary>Notes where the bytes that follow come from.</summary>
    public void NoteOrigin(Uri url, HttpResponseMessage response)
    {
        // If-Range wants a strong entity tag or a date.
        var validator = response.Headers.ETag is { IsWeak: false } tag
            ? new RangeConditionHeaderValue(tag)
            : response.Content.Headers.LastModified is { } date ? new RangeConditionHeaderValue(date) : null;
        File.WriteAllText(_origin, $"{url.AbsoluteUri}\n{validator}\n");
    }

    /// <summary>Opens it for writing at a place; what was behind it is gone.</summary>
    public FileStream OpenAt(long offset)
    {
        var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, bufferSize: 0);
        stream.SetLength(offset);
        stream.Position = offset;
        return stream;
    }

    /// <summary>Forgets everything.</summary>
    public void Delete()
    {
        File.Delete(path);
        File.Delete(_origin);
    }

    /// <summary>The file is whole: gives it its name.</summary>
    public void MoveTo(string target)
    {
        File.Move(path, target, overwrite: true);
        File.Delete(_origin);
    }
}
