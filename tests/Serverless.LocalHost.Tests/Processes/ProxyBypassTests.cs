using Serverless.LocalHost.Processes;

namespace Serverless.LocalHost.Tests.Processes;

public class ProxyBypassTests
{
    [Theory]
    [InlineData(null, "localhost,127.0.0.1")]
    [InlineData("intranet.example, LOCALHOST", "intranet.example,LOCALHOST,127.0.0.1")]
    public void CallsToThisMachineAreAddedToWhatGoesPastTheProxy(string? before, string expected) =>
        Assert.Equal(expected, ProxyBypass.WithLoopback(before));
}
