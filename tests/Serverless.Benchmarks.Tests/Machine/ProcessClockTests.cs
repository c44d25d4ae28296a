using System.Diagnostics;
using Serverless.Benchmarks.Machine;

namespace Serverless.Benchmarks.Tests.Machine;

public class ProcessClockTests
{
    [Theory]
    [InlineData("cat")]
    [InlineData("a name) R 1 (with brackets")]
    public void TheStartIsTheTwentySecondFieldWhateverTheProgramIsCalled(string name) =>
        Assert.Equal(679_940, ProcessClock.ParseStart($"11606 ({name}) R 11587 11587 3387 0 -1 4194304 101 0 0 0 0 0 0 0 20 0 1 0 67994 3133440 412 18446744073709551615"));

    [Fact]
    public async Task AChildStartsAfterThisProcessAndBeforeNow()
    {
        using var child = Process.Start(new ProcessStartInfo("cat") { RedirectStandardInput = true })!;
        var start = ProcessClock.StartOf(child.Id);
        child.StandardInput.Close();
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.InRange(start, ProcessClock.StartOf(Environment.ProcessId), ProcessClock.Now());
    }
}
