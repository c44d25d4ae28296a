using System.Text;
using System.Text.Json;
using Serverless.Operations.Poison;

namespace Serverless.Operations.Tests.Poison;

public class PoisonMessageTests
{
    [Fact]
    public void AMessageOfARealHostIsRead()
    {
        using var recorded = JsonDocument.Parse(File.ReadAllText(TestFiles.Fixture("functions-host", "poison-message.json")));
        var text = recorded.RootElement.GetProperty("messages")[0].GetProperty("messageText").GetString()!;

        Assert.Equal(new PoisonedBlob("images", "fail.png", "0x25A5AE5AD1ADE80", "ClassifyBlob"), Message(text).Blob);
    }

    [Fact]
    public void AMessageThatIsPlainJsonIsReadAsWell() =>
        Assert.Equal("images/a", Message("""{"Type":"BlobTrigger","ContainerName":"images","BlobName":"a"}""").Name);

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"ContainerName":"images"}""")]
    [InlineData("""{"ContainerName":1,"BlobName":"a"}""")]
    [InlineData("/////w==")]
    public void AnythingElseNamesNoBlob(string text)
    {
        Assert.Null(Message(text).Blob);
        Assert.Null(Message(Convert.ToBase64String(Encoding.UTF8.GetBytes(text))).Blob);
    }

    [Theory]
    [InlineData("pets/cat.jpg", true)]
    [InlineData("images/pets/cat.jpg", true)]
    [InlineData("id", true)]
    [InlineData("cat.jpg", false)]
    [InlineData("PETS/cat.jpg", false)]
    public void ItIsCalledByBlobPathOrId(string name, bool isNamed) =>
        Assert.Equal(isNamed, Message("""{"ContainerName":"images","BlobName":"pets/cat.jpg"}""").IsNamed(name));

    private static PoisonMessage Message(string text) => new("id", text, null, null, null);
}
