using Google.Protobuf.Collections;
using Serverless.LocalHost.Triggers;
using Serverless.LocalHost.Worker.Protocol;

namespace Serverless.LocalHost.Tests.Triggers;

public class TriggerMetadataTests
{
    [Fact]
    public void AMessageThatIsAnObjectGivesItsPropertiesListsAside()
    {
        var metadata = new MapField<string, TypedData>();

        TriggerMetadata.AddProperties(metadata, """ {"text":"x","number":1.5,"object":{"a":1},"list":[1],"nothing":null} """);

        Assert.Equal(["number", "object", "text"], metadata.Keys.Order());
        Assert.Equal(("x", "1.5", "{\"a\":1}"), (metadata["text"].String, metadata["number"].String, metadata["object"].Json));
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("{broken")]
    [InlineData("[1]")]
    [InlineData("")]
    public void AnyOtherMessageGivesNone(string message)
    {
        var metadata = new MapField<string, TypedData>();

        TriggerMetadata.AddProperties(metadata, message);

        Assert.Empty(metadata);
    }

    [Fact]
    public void TimesAndUrisAreWrittenAsTheRealHostWritesThem()
    {
        Assert.Equal("\"2026-11-25T04:55:17+00:00\"", TriggerMetadata.Value(new DateTimeOffset(2026, 11, 25, 4, 55, 17, TimeSpan.Zero)).Json);
        Assert.Equal("\"http://127.0.0.1:10000/a/%C3%BC.png\"", TriggerMetadata.Value(new Uri("http://127.0.0.1:10000/a/%C3%BC.png")).Json);
    }
}
