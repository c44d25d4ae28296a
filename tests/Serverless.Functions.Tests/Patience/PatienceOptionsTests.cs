using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Serverless.Functions.Patience;

namespace Serverless.Functions.Tests.Patience;

public class PatienceOptionsTests
{
    [Fact]
    public void ABlobsPatienceEndsBeforeTheFunctionsTime()
    {
        var host = new ConfigurationBuilder().AddJsonFile(TestFiles.InRepository("host.json")).Build();

        Assert.True(Read().BlobPatienceSeconds + 60 <= TimeSpan.Parse(host["functionTimeout"]!, null).TotalSeconds);
    }

    [Fact]
    public void SecondsAreReadInTheInvariantCulture() => Assert.Equal(2.5, Read(("HttpLoadPatienceSeconds", "2.5")).HttpLoadPatienceSeconds);

    [Theory]
    [InlineData("HttpLoadPatienceSeconds", "-1")]
    [InlineData("HttpLoadPatienceSeconds", "201")]
    [InlineData("HttpLoadPatienceSeconds", "NaN")]
    [InlineData("BlobPatienceSeconds", "0")]
    [InlineData("BlobPatienceSeconds", "a while")]
    public void AWrongNumberIsNamedWithItsSetting(string setting, string value)
    {
        var failure = Assert.Throws<OptionsValidationException>(() => Read((setting, value)));

        Assert.StartsWith($"{setting} is '{value}'", Assert.Single(failure.Failures), StringComparison.Ordinal);
    }

    private static PatienceOptions Read(params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))).Build();
        using var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddPatience().BuildServiceProvider();
        return services.GetRequiredService<IOptions<PatienceOptions>>().Value;
    }
}
