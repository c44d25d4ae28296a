using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Serverless.LocalHost.AppFolder;

namespace Serverless.LocalHost.Http;

/// <summary>
/// The keys that callers must show with <c>--auth</c>: given by the settings <c>LocalHost__MasterKey</c>, <c>LocalHost__FunctionKey</c> (good for
/// every function) and <c>LocalHost__FunctionKeys__NAME</c>, else made once and kept beside the storage's data.
/// </summary>
internal sealed class FunctionKeys
{
    private readonly AppSettings _settings;

    private FunctionKeys(string master, string function, string blobs, AppSettings settings)
    {
        (Master, Function, BlobExtension) = (master, function, blobs);
        _settings = settings;
    }

    /// <summary>Opens everything.</summary>
    public string Master { get; }

    /// <summary>Opens every function.</summary>
    public string Function { get; }

    /// <summary>Opens the blob events' webhook.</summary>
    public string BlobExtension { get; }

    private sealed record Kept(string Master, string Function, string BlobExtension);

    public static FunctionKeys Open(string folder, AppSettings settings)
    {
        var file = Path.Combine(folder, "local-host.keys.json");
        var kept = Read(file);
        if (kept is null)
        {
            kept = new Kept(New(), New(), New());
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using var stream = new FileStream(file, options);
            JsonSerializer.Serialize(stream, kept);
        }
        return new FunctionKeys(settings["LocalHost__MasterKey"] ?? kept.Master, settings["LocalHost__FunctionKey"] ?? kept.Function, kept.BlobExtension, settings);
    }

    public bool Open(AuthLevel level, string function, HttpRequest request) => level switch
    {
        AuthLevel.Anonymous => true,
        AuthLevel.Function => Shows(request, Master, Function, _settings["LocalHost__FunctionKeys__" + function]),
        _ => Shows(request, Master),
    };

    public bool OpensWebhook(HttpRequest request) => Shows(request, Master, BlobExtension);

    /// <summary>Whether the caller shows any key at all that is known: then a refusal is 403, not 401.</summary>
    public bool Knows(HttpRequest request) => Shows(request, Master, Function);

    private static bool Shows(HttpRequest request, params ReadOnlySpan<string?> keys)
    {
        var shown = request.Headers["x-functions-key"].ToString();
        if (shown.Length == 0)
            shown = request.Query["code"].ToString();
        if (shown.Length == 0)
            return false;
        // Hashes have one length, and comparing them takes one time, whatever was shown.
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(shown));
        var open = false;
        foreach (var key in keys)
            if (key is { Length: > 0 })
                open |= CryptographicOperations.FixedTimeEquals(hash, SHA256.HashData(Encoding.UTF8.GetBytes(key)));
        return open;
    }

    private static Kept? Read(string file)
    {
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize<Kept>(File.ReadAllText(file)) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string New() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(40)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
