using Serverless.Classifier.Errors;

namespace Serverless.Functions.Errors;

/// <summary>What can go wrong around the classifier: in the request, in storage, in this app.</summary>
public static class FunctionErrors
{
    public static readonly ErrorKind InvalidRequest = new("invalid_request", 400, false, "The request cannot be understood");
    public static readonly ErrorKind BlobNotFound = new("blob_not_found", 404, false, "No such blob");
    public static readonly ErrorKind ResultNotFound = new("result_not_found", 404, false, "No result yet");
    public static readonly ErrorKind MetricsOff = new("metrics_off", 404, false, "Metrics are not served");
    public static readonly ErrorKind StorageUnavailable = new("storage_unavailable", 503, true, "Storage does not answer");
    public static readonly ErrorKind Internal = new("internal_error", 500, false, "Something unforeseen went wrong");
}
