using Serverless.Classifier.Errors;
using Serverless.Functions.Errors;

namespace Serverless.Functions.Storage;

/// <summary>Calls storage for somebody who waits for an answer.</summary>
internal static class StorageCall
{
    /// <summary>Makes the call; storage that does not answer becomes <c>storage_unavailable</c>.</summary>
    public static async Task<T> ForCallerAsync<T>(Func<Task<T>> call, CancellationToken cancellation)
    {
        try
        {
            return await call();
        }
        catch (Exception failure) when (failure is not ClassifierException && StorageFailure.CanMend(failure, cancellation))
        {
            throw new ClassifierException(
                FunctionErrors.StorageUnavailable, "Storage does not answer at the moment. Try again in a few seconds.", failure);
        }
    }
}
