using System.Buffers;
using System.Text;

namespace Serverless.Classifier.Inference.Graphs;

/// <summary>A protobuf message that is written field by field.</summary>
internal sealed class ProtobufMessage
{
    private const int LengthDelimited = 2;

    private readonly ArrayBufferWriter<byte> _bytes = new();

    public ReadOnlySpan<byte> Bytes => _bytes.WrittenSpan;

    /// <summary>Adds a field that was read elsewhere, with its tag.</summary>
    public void Add(ReadOnlySpan<byte> whole) => _bytes.Write(whole);

    /// <summary>Adds a field with bytes or a message.</summary>
    public void Add(int number, ReadOnlySpan<byte> content)
    {
        Varint(((ulong)number << 3) | LengthDelimited);
        Varint((ulong)content.Length);
        _bytes.Write(content);
    }

    /// <inheritdoc cref="Add(int, ReadOnlySpan{byte})"/>
    public void Add(int number, ProtobufMessage message) => Add(number, message.Bytes);

    /// <summary>Adds a field with a text.</summary>
    public void Add(int number, string text) => Add(number, Encoding.UTF8.GetBytes(text));

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            _bytes.Write([(byte)(value | 0x80)]);
        }

        _bytes.Write([(byte)value]);
    }
}
