using System.Text;

namespace Serverless.Testing;

/// <summary>
/// Writes protobuf field by field, in the two wire types that ONNX graphs need: so tests can have graphs of every shape without the tool that is tested beside them.
/// </summary>
public sealed class Protobuf
{
    private readonly List<byte> _bytes = [];

    private Protobuf()
    {
    }

    /// <summary>The bytes of a message.</summary>
    public static byte[] Message(Action<Protobuf> write)
    {
        var message = new Protobuf();
        write(message);
        return [.. message._bytes];
    }

    /// <summary>A field with a whole number.</summary>
    public void Number(int field, long value)
    {
        Varint((ulong)field << 3);
        Varint((ulong)value);
    }

    /// <summary>A field with a text.</summary>
    public void Text(int field, string text) => Bytes(field, Encoding.UTF8.GetBytes(text));

    /// <summary>A field with a message.</summary>
    public void Nested(int field, Action<Protobuf> write) => Bytes(field, Message(write));

    /// <summary>A field with bytes.</summary>
    public void Bytes(int field, ReadOnlySpan<byte> bytes)
    {
        Varint(((ulong)field << 3) | 2);
        Varint((ulong)bytes.Length);
        _bytes.AddRange(bytes);
    }

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            _bytes.Add((byte)(value | 0x80));
        }

        _bytes.Add((byte)value);
    }
}
