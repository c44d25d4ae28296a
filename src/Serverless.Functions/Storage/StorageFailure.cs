using Azure;
using Azure.Identity;

namespace Serverless.Functions.Storage;

/// <summary>Tells what an exception out of the storage client means.</summary>
internal static class StorageFailure
{
    /// <summary>
    /// Whether nothing but time is needed: no answer, too many requests, a server error, a lease that somebody holds. Refused credentials count too,
    /// because a role that was just assigned takes minutes to be known everywhere.
    /// </summary>
    /// <remarks>
    /// The client throws what the last try threw, or an <see cref="AggregateException"/> of all of them; its own time limits surface as
    /// cancellations, so a cancellation that <paramref name="cancellation"/> did not ask for is a time limit.
    /// </remarks>
    public static bool CanMend(Exception exception, CancellationToken cancellation) => exception switch
    {
        RequestFailedException { Status: 0 or 401 or 403 or 408 or 429 or >= 500 } => true,
        RequestFailedException { ErrorCode: "ContainerBeingDeleted" or "LeaseIdMissing" } => true,
        AuthenticationFailedException => true,
        OperationCanceledException => !cancellation.IsCancellationRequested,
        AggregateException several => several.InnerExceptions.All(one => CanMend(one, cancellation)),
        HttpRequestException or IOException or TimeoutException => true,
        _ => false,
    };

    /// <summary>The blob or its container is not there.</summary>
    public static bool IsNotFound(RequestFailedException exception) => exception.Status == 404;

    /// <summary>The container is not there, or is just being deleted.</summary>
    public static bool IsContainerMissing(RequestFailedException exception) =>
        exception.ErrorCode is "ContainerNotFound" or "ContainerBeingDeleted";

    /// <summary>A condition on an ETag does not hold any more: somebody else wrote in between.</summary>
    public static bool IsOvertaken(RequestFailedException exception) =>
        exception.ErrorCode is "BlobAlreadyExists" or "ConditionNotMet";
}
