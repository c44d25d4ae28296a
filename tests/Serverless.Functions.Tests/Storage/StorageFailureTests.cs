using Azure;
using Azure.Identity;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Tests.Storage;

public class StorageFailureTests
{
    public static TheoryData<Exception> Mendable =>
    [
        new RequestFailedException("no answer"),
        new RequestFailedException(401, "credentials"),
        new RequestFailedException(403, "role not known yet"),
        new RequestFailedException(429, "too many"),
        new RequestFailedException(500, "broken"),
        new RequestFailedException(503, "busy"),
        new RequestFailedException(409, "deleting", "ContainerBeingDeleted", null),
        new AggregateException(new RequestFailedException("no answer"), new TaskCanceledException()),
        new CredentialUnavailableException("the endpoint of the managed identity is not up"),
        new TaskCanceledException("the client's own time limit"),
        new IOException("connection reset"),
    ];

    public static TheoryData<Exception> Lasting =>
    [
        new RequestFailedException(400, "malformed"),
        new RequestFailedException(404, "missing"),
        new RequestFailedException(409, "conflict"),
        new RequestFailedException(412, "condition"),
        new AggregateException(new RequestFailedException("no answer"), new InvalidOperationException()),
        new InvalidOperationException(),
    ];

    [Theory]
    [MemberData(nameof(Mendable))]
    public void TimeMendsWhatIsNotAnsweredOrFailsOnTheServer(Exception failure) => Assert.True(StorageFailure.CanMend(failure, CancellationToken.None));

    [Theory]
    [MemberData(nameof(Lasting))]
    public void TimeDoesNotMendWhatIsRefused(Exception failure) => Assert.False(StorageFailure.CanMend(failure, CancellationToken.None));

    [Fact]
    public void ACallThatTheCallerEndedIsNoFailureToMend() =>
        Assert.False(StorageFailure.CanMend(new TaskCanceledException(), new CancellationToken(canceled: true)));
}
