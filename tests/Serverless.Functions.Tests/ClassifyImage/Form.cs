namespace Serverless.Functions.Tests.ClassifyImage;

/// <summary>A form as a browser sends it.</summary>
internal static class Form
{
    public static async Task<(byte[] Body, string ContentType)> OfAsync(params (string Field, string? FileName, byte[] Content)[] parts)
    {
        using var form = new MultipartFormDataContent();
        foreach (var (field, fileName, content) in parts)
        {
            if (fileName is null)
            {
                form.Add(new ByteArrayContent(content), field);
            }
            else
            {
                form.Add(new ByteArrayContent(content), field, fileName);
            }
        }

        return (await form.ReadAsByteArrayAsync(TestContext.Current.CancellationToken), form.Headers.ContentType!.ToString());
    }
}
