namespace Serverless.Classifier.Errors;

/// <summary>One way in which a request can fail.</summary>
/// <param name="Code">Stable, snake_case; clients match on it.</param>
/// <param name="HttpStatus">The HTTP status that says the same.</param>
/// <param name="CanRetry">
/// Whether the fault lies outside the request, so that the same request can succeed once time or an operator has mended it; false when only
/// another image or another request can.
/// </param>
/// <param name="Title">The kind in a few words; the same for every occurrence.</param>
public sealed record ErrorKind(string Code, int HttpStatus, bool CanRetry, string Title)
{
    public static readonly ErrorKind ImageEmpty = new("image_empty", 400, false, "The image is empty");
    public static readonly ErrorKind NotAnImage = new("not_an_image", 415, false, "Not an image");
    public static readonly ErrorKind UnsupportedFormat = new("unsupported_format", 415, false, "Image format not supported");
    public static readonly ErrorKind ImageTruncated = new("image_truncated", 422, false, "The image is cut off");
    public static readonly ErrorKind ImageUndecodable = new("image_undecodable", 422, false, "The image is damaged");
    public static readonly ErrorKind TooManyBytes = new("image_too_large", 413, false, "The image has too many bytes");
    public static readonly ErrorKind TooManyPixels = new("image_too_many_pixels", 422, false, "The image has too many pixels");
    public static readonly ErrorKind SideTooLong = new("image_side_too_long", 422, false, "The image is too wide or too high");
    public static readonly ErrorKind DecodeTimeout = new("image_decode_timeout", 422, false, "The image takes too long to decode");

    public static readonly ErrorKind InvalidTop = new("invalid_top", 400, false, "The number of predictions is out of range");
    public static readonly ErrorKind UnknownModel = new("unknown_model", 404, false, "No such model");
    public static readonly ErrorKind UnknownClass = new("unknown_class", 400, false, "No such class");
    public static readonly ErrorKind NotOffered = new("not_offered", 400, false, "The model does not offer this");
    public static readonly ErrorKind InvalidModel = new("invalid_model", 500, true, "The model's files do not fit together");

    public static readonly ErrorKind ModelLoading = new("model_loading", 503, true, "The model is still loading");
    public static readonly ErrorKind ModelUnavailable = new("model_unavailable", 503, true, "The model could not be loaded");
    public static readonly ErrorKind TooBusy = new("too_busy", 429, true, "Too many images are waiting");

    /// <summary>Whether it lies in what was asked, so that no other image would change it.</summary>
    public bool IsAboutTheRequest => this == InvalidTop || this == UnknownModel || this == UnknownClass || this == NotOffered;

    /// <summary>Whether it lies in the image, so that neither time nor another request would change it: only then is an image turned away for good.</summary>
    public bool IsAboutTheImage => !CanRetry && HttpStatus < 500 && !IsAboutTheRequest;
}
