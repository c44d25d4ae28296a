namespace Serverless.EndToEnd.Tests;

/// <summary>Finds fields in protobuf without knowing the whole message.</summary>
internal static class ProtobufFields
{
    /// <summary>The length-delimited fields (messages, texts, bytes) at a path of field numbers.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> At(ReadOnlyMemory<byte> message, params int[] path) =>
        path.Aggregate<int, IEnumerable<ReadOnlyMemory<byte>>>([message], (messages, field) => messages.SelectMany(one => Of(one, field)));

    private static List<ReadOnlyMemory<byte>> Of(ReadOnlyMemory<byte> message, int field)
    {
        var found = new List<ReadOnlyMemory<byte>>();
        while (!message.IsEmpty)
        {
            var key = Varint(ref message);
            var length = (key & 7) switch
            {
                0 => SkippedVarint(ref message),
                1 => 8,
                2 => (int)Varint(ref message),
                5 => 4,
                var type => throw new InvalidDataException($"wire type {type}"),
            };
            if (key == (((ulong)field << 3) | 2))
            {
                found.Add(message[..length]);
            }

            message = message[length..];
        }

        return found;
    }

    private static int SkippedVarint(ref ReadOnlyMemory<byte> message)
    {
        Varint(ref message);
        return 0;
    }

    private static ulong Varint(ref ReadOnlyMemory<byte> message)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = message.Span[0];
            message = message[1..];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
