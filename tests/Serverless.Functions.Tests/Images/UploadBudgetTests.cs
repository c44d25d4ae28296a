using Serverless.Classifier.Errors;
using Serverless.Functions.Images;

namespace Serverless.Functions.Tests.Images;

public class UploadBudgetTests
{
    private readonly UploadBudget _budget = new(limit: 100);

    [Fact]
    public void UploadsThatFitTogetherAreTaken()
    {
        using var first = _budget.Take(40);
        using var second = _budget.Take(60);

        Assert.Equal(100, _budget.Taken);
    }

    [Fact]
    public void AnUploadForWhichThereIsNoRoomIsRefusedAtOnce()
    {
        using var first = _budget.Take(41);

        Assert.Equal(ErrorKind.TooBusy, Assert.Throws<ClassifierException>(() => _budget.Take(60)).Kind);
    }

    [Fact]
    public void ARefusalTakesNoRoom()
    {
        using var first = _budget.Take(41);
        Assert.Throws<ClassifierException>(() => _budget.Take(60));

        Assert.Equal(41, _budget.Taken);
    }

    [Fact]
    public void RoomThatIsGivenBackCanBeTakenAgain()
    {
        _budget.Take(100).Dispose();
        using var next = _budget.Take(100);

        Assert.Equal(100, _budget.Taken);
    }

    [Fact]
    public void ASingleUploadIsTakenWhateverItsSize()
    {
        using var large = _budget.Take(1000);

        Assert.Equal(1000, _budget.Taken);
    }
}
