using Serverless.Classifier.Inference;

namespace Serverless.Classifier.Tests.Inference;

public sealed class ProcessorCoresTests : IDisposable
{
    private readonly TemporaryFolder _system = new();

    public void Dispose() => _system.Dispose();

    [Theory]
    [InlineData("0-3", 4, 4)]
    [InlineData("0,2-3", 4, 3)]
    [InlineData("0-3", 2, 2)]
    public void EachCoreIsCountedThatTheProcessMayUse(string allowed, int share, int expected)
    {
        foreach (var processor in (int[])[0, 1, 2, 3])
        {
            Add(processor, $"{processor}");
        }

        Assert.Equal(expected, Count(allowed, share));
    }

    [Fact]
    public void TwoThreadsOfACoreAreOne()
    {
        foreach (var (processor, siblings) in new[] { (0, "0,2"), (1, "1,3"), (2, "0,2"), (3, "1,3") })
        {
            Add(processor, siblings);
        }

        Assert.Equal(2, Count("0-3", share: 4));
    }

    [Theory]
    [InlineData("0-1")]
    [InlineData("none")]
    public void WhereTheSystemDoesNotSayNothingIsGuessed(string allowed) => Assert.Equal(0, Count(allowed, share: 2));

    [Fact]
    public void ThisMachineHasOneAtLeastAndNotMoreThanProcessors() => Assert.InRange(ProcessorCores.Count, 1, Environment.ProcessorCount);

    private int Count(string allowed, int share)
    {
        var status = Path.Combine(_system.Path, "status");
        File.WriteAllText(status, $"Name:\tdotnet\nCpus_allowed:\tf\nCpus_allowed_list:\t{allowed}\nMems_allowed:\t1\n");
        return ProcessorCores.CountIn(_system.Path, status, share);
    }

    private void Add(int processor, string siblings)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_system.Path, $"cpu{processor}", "topology")).FullName;
        File.WriteAllText(Path.Combine(folder, "thread_siblings_list"), $"{siblings}\n");
    }
}
